import Synchronization

extension Engine {
    /// The target that ``answerAtOnce(cookies:peer:)`` answers to a GET; `nil` when every request takes the ordinary way.
    package var immediateTarget: String? { generation.immediateTarget }

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
        guard generation.immediateTarget == target, takesImmediateReads else { return nil }
        let needsPeer = !generation.configuration.trustedProxies.isEmpty
        let id = nextRequestID()
        let request = AuthRequest(target: target, peer: needsPeer ? peer() : nil, id: id)
        let exchange = Exchange(
            request, cookies: RequestCookies(crumbs: cookies), generation: generation, engine: self)
        guard let answer = exchange.answerSessionAtOnce(id: id) else {
            waitingReads.store(Self.readsAfterWait, ordering: .relaxed)
            return nil
        }
        return answer
    }

    /// Hooks that wait would begin twice at every read: after one that did, this many reads go straight the ordinary way.
    private static let readsAfterWait = 63

    private var takesImmediateReads: Bool {
        guard waitingReads.load(ordering: .relaxed) > 0 else { return true }
        waitingReads.subtract(1, ordering: .relaxed)
        return false
    }
}
