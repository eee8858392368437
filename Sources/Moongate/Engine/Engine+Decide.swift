import HTTPTypes
import Logging

/// A decision with what was found on the way to it.
package struct Judgement: Sendable {
    package let decision: Decision
    /// The session, where a rule wanted to know who asks.
    package let session: SessionRead?
    /// The canonical request; `nil` where there is none.
    package let request: CanonicalRequest?
    /// What was tried; `nil` where nobody asked.
    let trace: RuleTrace?
}

extension Engine {
    /// What the access rules say about a request. Never throws: what cannot be judged is denied.
    ///
    /// The request is judged as it reached the engine; forwarded headers say only who the client is, and that only from
    /// `trustedProxies`. A session that is read on the way may be re-issued: ``Decision/setCookies`` belong on the answer.
    public func decide(_ request: AuthRequest) async -> Decision {
        await judge(request, knowing: nil).decision
    }

    /// The same with what the caller knows already, and with what was found.
    /// - Parameters:
    ///   - session: This request's session, where it was read before.
    ///   - ip: The client's address, where the caller knows it better than the connection does.
    ///   - isTraced: Note what is tried.
    package func judge(
        _ request: AuthRequest, knowing session: SessionRead?, ip: String? = nil, isTraced: Bool = false
    ) async -> Judgement {
        let generation = generation
        let canonical = Result { () throws(Denial) in
            try CanonicalRequest(
                method: request.method.rawValue, host: request.authority, target: request.target,
                ip: ip ?? ClientAddress.known(request, trusted: generation.configuration.trustedProxies))
        }
        return await judge(canonical, asked: request, knowing: session, on: generation, isTraced: isTraced)
    }

    /// Judges a canonical request that somebody else made of what a proxy says; cookies are those of `request`.
    package func judge(
        _ canonical: Result<CanonicalRequest, Denial>, asked request: AuthRequest, knowing session: SessionRead?,
        on generation: Generation, isTraced: Bool = false
    ) async -> Judgement {
        var request = request
        if request.id == nil { request.id = nextRequestID() }
        let exchange = Exchange(request, generation: generation, engine: self)
        let draw = drawRecord(generation)
        defer {
            exchange.pipeline.end()
            exchange.reportReservedClaims()
        }
        let judgement: Judgement
        switch canonical {
        case .failure(let denial): judgement = generation.refusal(denial)
        case .success(let canonical):
            judgement = await exchange.judge(canonical, knowing: session, isTraced: isTraced || draw != nil)
        }
        exchange.pipeline.end()
        await exchange.handOverEvents()
        exchange.note(judgement, draw)
        return judgement
    }
}

extension Generation {
    /// The decision of a ruling of this generation's rules.
    func decision(_ ruling: Ruling, subject: RuleSubject, setCookies: [String]) -> Decision {
        rules.decision(ruling, subject: subject, setCookies: setCookies, configuration, generation: id)
    }

    /// What is said of a request that has no canonical form.
    func refusal(_ denial: Denial) -> Judgement {
        let ruling = Ruling(verdict: .deny(status: 403), code: denial.code.name, message: denial.reason, place: nil)
        let decision = decision(ruling, subject: .nobody, setCookies: [])
        return Judgement(decision: decision, session: nil, request: nil, trace: nil)
    }
}
