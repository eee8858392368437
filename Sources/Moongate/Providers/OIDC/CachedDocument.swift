/// The state of one cached document, and the decision what to do for who asks for it. No network and no clock: both are
/// the directory's.
struct CachedDocument<Value: Sendable>: Sendable {
    typealias Flight = Task<Result<Value, Denial>, Never>

    /// What to do now.
    enum Action: Sendable {
        /// This is the answer.
        case use(Value)
        /// Somebody is fetching it; wait for them.
        case join(Flight)
        /// Fetch it.
        case fetch
        /// It failed a moment ago and there is nothing to fall back on.
        case refuse(Denial)
    }

    private var value: Value?
    private var fetchedAt = Timestamp(milliseconds: .min)
    private var failure: (denial: Denial, at: Timestamp)?
    private var lastForced: Timestamp?
    private var flight: Flight?

    init() {}

    /// - Parameter forced: The value at hand does not do (a key is not in it). Granted once a minute; else the value at
    ///   hand is all there is, so that tokens with made-up key names cost the issuer nothing.
    mutating func decide(now: Timestamp, forced: Bool) -> Action {
        if let flight { return .join(flight) }
        guard let value, now < fetchedAt.adding(seconds: CacheTimes.stale) else {
            if let failure, now < failure.at.adding(seconds: CacheTimes.failure) { return .refuse(failure.denial) }
            return .fetch
        }
        if forced {
            if let lastForced, now < lastForced.adding(seconds: CacheTimes.forced) { return .use(value) }
            lastForced = now
            return .fetch
        }
        if now < fetchedAt.adding(seconds: CacheTimes.fresh) { return .use(value) }
        if let failure, now < failure.at.adding(seconds: CacheTimes.failure) { return .use(value) }
        return .fetch
    }

    /// Notes who is fetching.
    mutating func begin(_ flight: Flight) { self.flight = flight }

    /// Notes how it went. A failure leaves the old value where it is.
    /// - Returns: What those who waited get: the new value, the old one while it may still serve, or the failure.
    mutating func end(_ result: Result<Value, Denial>, now: Timestamp) -> Result<Value, Denial> {
        flight = nil
        switch result {
        case .success(let fetched):
            (value, fetchedAt, failure) = (fetched, now, nil)
            return result
        case .failure(let denial):
            failure = (denial, now)
            guard let value, now < fetchedAt.adding(seconds: CacheTimes.stale) else { return result }
            return .success(value)
        }
    }
}

/// How long metadata and keys are kept, in seconds.
enum CacheTimes {
    /// As long as this nothing is asked again.
    static let fresh: Int64 = 3_600
    /// As long as this old documents serve while the issuer cannot be reached; then sign-ins fail.
    static let stale: Int64 = 86_400
    /// As long as this a failure is not tried again.
    static let failure: Int64 = 5
    /// Unknown keys are looked up at most once in this time.
    static let forced: Int64 = 60
}
