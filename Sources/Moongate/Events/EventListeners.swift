/// Who listens to which event, looked up once per generation. An event that nobody listens to is never made.
struct EventListeners: Sendable {
    private let chains: [AuthEvent.Name: [HookReference]]
    private let hasClosure: Bool
    /// Asked at every session read.
    let hearSession: Bool

    init(_ hooks: Hooks, _ scripts: (any HookRunner)?) {
        hasClosure = hooks.event != nil
        let pairs = AuthEvent.Name.allCases.map { ($0, scripts?.eventChain($0.rawValue) ?? []) }
        chains = Dictionary(uniqueKeysWithValues: pairs)
        hearSession = hasClosure || chains[.session]?.isEmpty == false
    }

    func hear(_ name: AuthEvent.Name) -> Bool {
        name == .session ? hearSession : hasClosure || chains[name]?.isEmpty == false
    }

    /// The scripts, in the order of their turn.
    func chain(_ name: AuthEvent.Name) -> [HookReference] { chains[name] ?? [] }
}
