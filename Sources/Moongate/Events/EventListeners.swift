/// Who listens to which event, looked up once per generation. An event that nobody listens to is never made.
struct EventListeners: Sendable {
    private let chains: [AuthEvent.Name: [HookReference]]
    private let heard: Set<AuthEvent.Name>
    private let closure: (@Sendable (AuthEvent) async throws -> Void)?
    private let closureHears: Set<AuthEvent.Name>
    /// Asked at every session read.
    let hearSession: Bool

    init(_ hooks: Hooks, _ scripts: (any HookRunner)?) {
        closure = hooks.event
        closureHears = hooks.event == nil ? [] : hooks.heardEvents
        let pairs = AuthEvent.Name.allCases.map { ($0, scripts?.eventChain($0.rawValue) ?? []) }
        chains = Dictionary(uniqueKeysWithValues: pairs.filter { !$0.1.isEmpty })
        heard = closureHears.union(chains.keys)
        hearSession = heard.contains(.session)
    }

    func hear(_ name: AuthEvent.Name) -> Bool { heard.contains(name) }

    /// The Swift closure, where it listens to this event.
    func closure(_ name: AuthEvent.Name) -> (@Sendable (AuthEvent) async throws -> Void)? {
        closureHears.contains(name) ? closure : nil
    }

    /// The scripts, in the order of their turn.
    func chain(_ name: AuthEvent.Name) -> [HookReference] { chains[name] ?? [] }
}
