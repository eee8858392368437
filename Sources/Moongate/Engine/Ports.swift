/// What the engine needs from the world around it.
public struct Ports: Sendable {
    /// Where identities are kept; `nil` for sessions that live in cookies alone.
    public var store: (any AuthStore)?
    /// Outgoing HTTP.
    public var http: any HTTPFetcher
    /// The time.
    public var clock: any AuthClock
    /// Unpredictable bytes.
    public var random: any RandomSource
    /// Where records of decisions go; `nil` where none are kept. ``Configuration/decisions`` says which.
    public var decisions: (any DecisionSink)?

    /// Ports with the system's clock and randomness.
    public init(
        store: (any AuthStore)?, http: any HTTPFetcher, clock: any AuthClock = SystemClock(),
        random: any RandomSource = SystemRandom(), decisions: (any DecisionSink)? = nil
    ) {
        self.store = store
        self.http = http
        self.clock = clock
        self.random = random
        self.decisions = decisions
    }
}
