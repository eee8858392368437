import HTTPTypes
import Logging
import Synchronization

/// The authentication engine: requests in, answers out, with no socket, no database and no Lua of its own.
///
/// An engine is used by any number of tasks at once. ``install(_:)`` swaps everything that a reload replaces; requests
/// that are under way end on the generation with which they began.
public final class Engine: Sendable {
    /// What the engine needs from the world.
    public let ports: Ports
    let log: Logger
    let issuers: IssuerDirectory
    let ledger = SessionLedger()
    let usedStates = UsedStates()
    let events: EventQueue
    /// Names for re-issued tokens.
    let tokenNames: RandomReserve
    /// Whose session reads take the ordinary way, because hooks had to wait.
    let waitingReads = WaitingTurns()
    /// The same for what proxies ask.
    let waitingVerifications = WaitingTurns()
    /// Counts decisions, for those of which a share is recorded.
    let decisionNumbers = Atomic<UInt64>(UInt64.random(in: 0...UInt64.max))
    private let current: Mutex<Generation>
    private let reported = Mutex<Set<String>>([])
    private let requestNumbers = RequestNumbers()
    private let refused = Mutex<String?>(nil)
    private let details = Mutex<[(id: String, text: String)]>([])

    /// An engine that begins with this generation.
    public init(_ generation: Generation, ports: Ports, logger: Logger = Logger(label: "moongate")) {
        self.ports = ports
        tokenNames = RandomReserve(ports.random)
        log = logger
        events = EventQueue(EventRunner(log: logger))
        issuers = IssuerDirectory(http: ports.http, clock: ports.clock)
        current = Mutex(generation)
    }

    /// What requests that begin now are given.
    public var generation: Generation { current.withLock { $0 } }

    /// Replaces the generation for all requests that begin from now on.
    public func install(_ next: Generation) {
        current.withLock { $0 = next }
        reported.withLock { $0.removeAll() }
    }

    /// Answers a request under `basePath`, or for the start page `/`. Never throws: every failure is an answer.
    public func respond(to request: AuthRequest) async -> AuthResponse {
        var request = request
        if request.id == nil { request.id = nextRequestID() }
        let exchange = Exchange(request, generation: generation, engine: self)
        var response = await exchange.respond()
        if request.method == .head { response.leaveOutBody() }
        await exchange.handOverEvents()
        return response
    }

    /// Whether a target is the engine's: below `basePath`, with a delimiter.
    public func handles(_ target: String) -> Bool {
        let basePath = generation.configuration.basePath
        guard target.utf8.starts(with: basePath.utf8) else { return false }
        return target.utf8.dropFirst(basePath.utf8.count).first == UInt8(ascii: "/")
    }

    /// Why the files as they are now do not serve, for the start page of development mode; `nil` when they do.
    package var refusedFiles: String? {
        get { refused.withLock { $0 } }
        set { refused.withLock { $0 = newValue } }
    }

    /// Keeps what went wrong for the pages of development mode, the last twenty of them.
    func remember(_ text: String, of requestID: String) {
        details.withLock { details in
            if details.count >= 20 { details.removeFirst() }
            details.append((requestID, text))
        }
    }

    /// What went wrong with a request, in development mode; `nil` outside it, where only the log knows.
    func detail(of requestID: String) -> String? { details.withLock { $0.last { $0.id == requestID }?.text } }

    func nextRequestID() -> String { requestNumbers.next() }

    /// Whether something that is worth one log line per generation is said for the first time.
    func isFirstReport(_ what: String) -> Bool { reported.withLock { $0.insert(what).inserted } }
}

/// Request ids: a random start, then counted, so that two processes do not repeat each other's.
private final class RequestNumbers: Sendable {
    private let start = UInt64.random(in: 0...UInt64.max)
    private let count = Atomic<UInt64>(0)

    func next() -> String {
        let number = start &+ count.add(1, ordering: .relaxed).newValue
        return String(unsafeUninitializedCapacity: 16) { text in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 15
                text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
