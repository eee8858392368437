extension Engine {
    /// The target that ``answerAtOnce(target:cookies:peer:)`` answers to a GET; `nil` when every request takes the ordinary
    /// way.
    package var immediateTarget: String? { generation.immediateTarget }

    /// The target that ``verifyAtOnce(_:)`` answers to a GET; `nil` when every request takes the ordinary way.
    package var immediateVerifyTarget: String? { generation.immediateVerifyTarget }

    /// Answers a session read on the calling thread, or not at all: `nil` says that the request takes the ordinary way,
    /// which gives the same answer. Never waits; hooks get their first slice (100 µs).
    ///
    /// - Parameters:
    ///   - target: The request's target, as received.
    ///   - cookies: The values of its `Cookie` fields.
    ///   - peer: The connected peer, asked for where the site has trusted proxies.
    package func answerAtOnce(
        target: String, cookies: [String], peer: @autoclosure () -> PeerAddress?
    ) -> ImmediateAnswer? {
        let generation = generation
        guard generation.immediateTarget == target else { return nil }
        let needsPeer = !generation.configuration.trustedProxies.isEmpty
        let id = nextRequestID()
        let request = AuthRequest(target: target, peer: needsPeer ? peer() : nil, id: id)
        let exchange = Exchange(
            request, cookies: RequestCookies(crumbs: cookies), generation: generation, engine: self)
        return Self.attempt(exchange, waitingReads) { $0.answerSessionAtOnce(id: id) }
    }

    /// Answers what a proxy asks, as ``answerAtOnce(target:cookies:peer:)`` answers a session read.
    package func verifyAtOnce(_ request: AuthRequest) -> ImmediateAnswer? {
        let generation = generation
        guard generation.immediateVerifyTarget == request.target else { return nil }
        let id = nextRequestID()
        var request = request
        request.id = id
        let exchange = Exchange(request, generation: generation, engine: self)
        // Who may not ask is told so, and logged, the ordinary way.
        guard exchange.tellsGeneration else { return nil }
        return Self.attempt(exchange, waitingVerifications) { $0.verifyAtOnce(id: id) }
    }

    private static func attempt(
        _ exchange: Exchange, _ waiting: WaitingTurns, _ answer: (Exchange) -> ImmediateAnswer?
    ) -> ImmediateAnswer? {
        guard waiting.takesTurn(exchange.browser) else { return nil }
        guard let answer = answer(exchange) else {
            waiting.waited(exchange.browser)
            return nil
        }
        waiting.answered()
        return answer
    }
}

extension Exchange {
    /// Whose request it is, as far as cookies tell that stay the same from one request to the next.
    fileprivate var browser: Int { cookies.raw(generation.cookies.csrf)?.hashValue ?? 0 }
}
