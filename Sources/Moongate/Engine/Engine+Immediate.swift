import Synchronization

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
        guard generation.immediateTarget == target, Self.takesTurn(waitingReads) else { return nil }
        let needsPeer = !generation.configuration.trustedProxies.isEmpty
        let id = nextRequestID()
        let request = AuthRequest(target: target, peer: needsPeer ? peer() : nil, id: id)
        let exchange = Exchange(
            request, cookies: RequestCookies(crumbs: cookies), generation: generation, engine: self)
        guard let answer = exchange.answerSessionAtOnce(id: id) else {
            waitingReads.store(Self.turnsAfterWait, ordering: .relaxed)
            return nil
        }
        return answer
    }

    /// Answers what a proxy asks, as ``answerAtOnce(target:cookies:peer:)`` answers a session read.
    package func verifyAtOnce(_ request: AuthRequest) -> ImmediateAnswer? {
        let generation = generation
        guard generation.immediateVerifyTarget == request.target, Self.takesTurn(waitingVerifications) else {
            return nil
        }
        let id = nextRequestID()
        var request = request
        request.id = id
        let exchange = Exchange(request, generation: generation, engine: self)
        // Who may not ask is told so, and logged, the ordinary way.
        guard exchange.tellsGeneration else { return nil }
        guard let answer = exchange.verifyAtOnce(id: id) else {
            waitingVerifications.store(Self.turnsAfterWait, ordering: .relaxed)
            return nil
        }
        return answer
    }

    /// Hooks that wait would begin twice at every request: after one that did, this many go straight the ordinary way.
    private static let turnsAfterWait = 63

    private static func takesTurn(_ waiting: borrowing Atomic<Int>) -> Bool {
        guard waiting.load(ordering: .relaxed) > 0 else { return true }
        waiting.subtract(1, ordering: .relaxed)
        return false
    }
}
