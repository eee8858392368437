import HTTPTypes
import Hummingbird
import Logging
import Moongate
import Synchronization

/// The session of one request, read when somebody first asks and kept for whoever asks after that: handlers, rules, and
/// the middleware that sends its cookies.
final class SessionReading: Sendable {
    /// What is known of who sent the request, made only for a read.
    struct Origin: Sendable {
        let peer: PeerAddress?
        let logger: Logger
    }

    private enum State {
        case untouched
        /// Somebody reads; these wait for it.
        case underway([CheckedContinuation<Void, Never>])
        case done(Result<SessionRead, any Error>)
    }

    private enum Turn {
        case read
        case wait
        case take(Result<SessionRead, any Error>)
    }

    let engine: Engine
    let head: HTTPRequest
    private let origin: @Sendable () -> Origin
    private let state = Mutex(State.untouched)
    private let pinned = Mutex<Generation?>(nil)

    init(_ engine: Engine, head: HTTPRequest, origin: @escaping @Sendable () -> Origin) {
        self.engine = engine
        self.head = head
        self.origin = origin
    }

    /// What answers this request to its end, whatever is loaded meanwhile: the engine's when somebody first asks.
    var generation: Generation {
        pinned.withLock { pinned in
            if let pinned { return pinned }
            let generation = engine.generation
            pinned = generation
            return generation
        }
    }

    /// The request's logger.
    var logger: Logger { origin().logger }

    /// The session, in the task of whoever asks first. A read that failed is not tried again within the request, unless
    /// it was only that task which was cancelled.
    func read() async throws -> SessionRead {
        while true {
            switch turn() {
            case .take(let result): return try result.get()
            case .wait: await end()
            case .read:
                let result = await readNow()
                if case .failure = result, Task.isCancelled {
                    settle(.untouched)
                } else {
                    settle(.done(result))
                }
                return try result.get()
            }
        }
    }

    /// What the answer has to carry; `nil` when nobody asked.
    var fields: SessionFields? {
        state.withLock { state in
            switch state {
            case .untouched: nil
            case .underway, .done(.failure): SessionFields(cookies: [])
            case .done(.success(let read)): SessionFields(cookies: engine.hasEnded(read) ? [] : read.setCookies)
            }
        }
    }

    private func turn() -> Turn {
        state.withLock { state in
            switch state {
            case .untouched:
                state = .underway([])
                return .read
            case .underway: return .wait
            case .done(let result): return .take(result)
            }
        }
    }

    /// Waits for the end of a read that another task has begun.
    private func end() async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard case .underway(let waiting) = state else { return false }
                state = .underway(waiting + [continuation])
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    private func settle(_ next: State) {
        let waiting = state.withLock { state in
            defer { state = next }
            guard case .underway(let waiting) = state else { return [CheckedContinuation<Void, Never>]() }
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// What was read already; waits for a read that is under way. `nil` where nobody has asked, or it failed.
    func known() async -> SessionRead? {
        while true {
            let isUnderway = state.withLock { state in if case .underway = state { true } else { false } }
            guard isUnderway else { break }
            await end()
        }
        return state.withLock { state in if case .done(.success(let read)) = state { read } else { nil } }
    }

    /// Takes over what rules have read, unless there is a session already.
    func adopt(_ read: SessionRead) {
        state.withLock { state in if case .untouched = state { state = .done(.success(read)) } }
    }

    /// The request as the engine sees it, without its body.
    var request: AuthRequest { request(from: origin()) }

    private func request(from origin: Origin) -> AuthRequest {
        AuthRequest(
            method: head.method, target: head.path ?? "", authority: head.authority, headers: head.headerFields,
            peer: origin.peer)
    }

    private func readNow() async -> Result<SessionRead, any Error> {
        let origin = origin()
        var request = request(from: origin)
        do {
            return .success(try await engine.session(from: request, on: generation))
        } catch {
            request.id = origin.logger[metadataKey: "hb.request.id"]?.description
            let sentence = engine.reportFailedRead(error, of: request)
            return .failure(
                HTTPError(
                    .serviceUnavailable, headers: [.retryAfter: "1", .cacheControl: "private, no-store"],
                    message: sentence))
        }
    }
}
