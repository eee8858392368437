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
        case .failure(let denial):
            let ruling = Ruling(
                verdict: .deny(status: 403), code: denial.code.name, message: denial.reason, place: nil)
            judgement = Judgement(
                decision: generation.decision(ruling, subject: .nobody, setCookies: []), session: nil, request: nil,
                trace: nil)
        case .success(let canonical):
            judgement = await exchange.judge(canonical, knowing: session, isTraced: isTraced || draw != nil)
        }
        exchange.pipeline.end()
        await exchange.handOverEvents()
        exchange.report(judgement.decision)
        record(judgement, draw, generation, time: exchange.now, id: request.id)
        return judgement
    }
}

extension Exchange {
    /// Runs what the core asks for until it is done.
    fileprivate func judge(
        _ canonical: CanonicalRequest, knowing session: SessionRead?, isTraced: Bool
    ) async -> Judgement {
        var core = RuleCore(generation.rules, canonical, now: now, isTraced: isTraced)
        var read = session
        var setCookies: [String] = []
        while true {
            switch core.next() {
            case .finish(var ruling):
                var subject = core.knownSubject ?? .nobody
                if let known = read, engine.hasEnded(known) {
                    // A sign-out came while functions ran: nobody is signed in, and no cookie brings the session back.
                    (read, setCookies) = (.ended, [])
                    if subject.isSignedIn, ruling.verdict == .allow {
                        ruling = Ruling(
                            verdict: .login(provider: nil), code: Denial.Code.ruleLogin.name,
                            message: "signed out meanwhile", place: ruling.place)
                    }
                    subject = .nobody
                }
                return Judgement(
                    decision: generation.decision(ruling, subject: subject, setCookies: setCookies), session: read,
                    request: canonical, trace: core.trace)
            case .readSubject:
                do {
                    if read == nil {
                        let answer = try await readSession(update: nil, acceptsBearer: true)
                        let fresh = try SessionRead(answer)
                        read = fresh
                        setCookies = fresh.setCookies
                    }
                    core.subjectRead(read?.subject ?? .nobody)
                } catch {
                    let incident = Incident(error)
                    core.failed(code: incident.code, message: incident.text)
                }
            case .function(let reference, let call):
                do {
                    core.functionReturned(try await pipeline.run(reference, call))
                } catch {
                    let incident = Incident(error)
                    core.failed(code: incident.code, message: incident.text)
                }
            }
        }
    }

    /// One line for what is not let through: errors loudly, everything else for whoever looks.
    fileprivate func report(_ decision: Decision) {
        guard !decision.isAllowed else { return }
        var metadata: Logger.Metadata = ["code": .string(decision.code)]
        if let rule = decision.rule { metadata["rule"] = .string(rule.description) }
        if let message = decision.message { metadata["reason"] = .string(message) }
        if decision.verdict == .error {
            logger.error("A request could not be judged and was denied", metadata: metadata)
        } else {
            logger.info("A request was not let through", metadata: metadata)
        }
    }
}

extension Generation {
    /// The decision of a ruling of this generation's rules.
    func decision(_ ruling: Ruling, subject: RuleSubject, setCookies: [String]) -> Decision {
        rules.decision(ruling, subject: subject, setCookies: setCookies, configuration, generation: id)
    }
}
