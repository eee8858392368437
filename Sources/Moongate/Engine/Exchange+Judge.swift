import Logging

extension Exchange {
    /// Runs what the core of the rules asks for until it is done.
    func judge(
        _ canonical: CanonicalRequest, knowing session: SessionRead?, isTraced: Bool
    ) async -> Judgement {
        var core = RuleCore(generation.rules, canonical, now: now, isTraced: isTraced)
        var found = Found(session: session)
        while true {
            switch core.next() {
            case .finish(let ruling): return judgement(ruling, canonical, core, found)
            case .readSubject:
                do {
                    if found.session == nil {
                        found.read(try SessionRead(try await readSession(update: nil, acceptsBearer: true)))
                    }
                    core.subjectRead(found.session?.subject ?? .nobody)
                } catch { core.failed(error) }
            case .function(let reference, let call):
                do {
                    core.functionReturned(try await pipeline.run(reference, call))
                } catch { core.failed(error) }
            }
        }
    }

    /// The same on the calling thread; `nil` when a script would have to wait or be waited for.
    func judgeAtOnce(_ canonical: Result<CanonicalRequest, Denial>) -> Judgement? {
        let draw = engine.drawRecord(generation)
        let judgement: Judgement
        switch canonical {
        case .failure(let denial): judgement = generation.refusal(denial)
        case .success(let canonical):
            guard let made = judgeAtOnce(canonical, isTraced: draw != nil) else { return nil }
            judgement = made
        }
        note(judgement, draw)
        return judgement
    }

    private func judgeAtOnce(_ canonical: CanonicalRequest, isTraced: Bool) -> Judgement? {
        var core = RuleCore(generation.rules, canonical, now: now, isTraced: isTraced)
        var found = Found()
        while true {
            switch core.next() {
            case .finish(let ruling): return judgement(ruling, canonical, core, found)
            case .readSubject:
                do {
                    guard let answer = try readSessionAtOnce(acceptsBearer: true) else { return nil }
                    found.read(try SessionRead(answer))
                    core.subjectRead(found.session?.subject ?? .nobody)
                } catch { core.failed(error) }
            case .function(let reference, let call):
                do {
                    switch try pipeline.start(reference, call) {
                    case .returned(let result): core.functionReturned(result)
                    case .failed(let failure): core.failed(failure)
                    case .pending: return nil
                    }
                } catch { core.failed(error) }
            }
        }
    }

    /// The session of a request that is judged, and the cookies that come of reading it.
    private struct Found {
        var session: SessionRead?
        var setCookies: [String] = []

        mutating func read(_ session: SessionRead) {
            self.session = session
            setCookies = session.setCookies
        }
    }

    private func judgement(
        _ ruling: Ruling, _ canonical: CanonicalRequest, _ core: RuleCore, _ found: Found
    ) -> Judgement {
        var (ruling, found) = (ruling, found)
        var subject = core.knownSubject ?? .nobody
        if let known = found.session, engine.hasEnded(known) {
            // A sign-out came while functions ran: nobody is signed in, and no cookie brings the session back.
            found = Found(session: .ended)
            if subject.isSignedIn, ruling.verdict == .allow {
                ruling = Ruling(
                    verdict: .login(provider: nil), code: Denial.Code.ruleLogin.name, message: "signed out meanwhile",
                    place: ruling.place)
            }
            subject = .nobody
        }
        return Judgement(
            decision: generation.decision(ruling, subject: subject, setCookies: found.setCookies),
            session: found.session, request: canonical, trace: core.trace)
    }

    /// Tells logs about it: one line for what is not let through, errors loudly, everything else for whoever looks.
    func note(_ judgement: Judgement, _ draw: DecisionDraw?) {
        engine.record(judgement, draw, generation, time: now, id: request.id)
        let decision = judgement.decision
        guard !decision.isAllowed else { return }
        var metadata: Logger.Metadata = ["code": .string(decision.code)]
        // The path may hold what opens doors; the decision log knows which parts to leave out.
        if let asked = judgement.request { metadata["method"] = .string(asked.method) }
        if let rule = decision.rule { metadata["rule"] = .string(rule.description) }
        if let message = decision.message { metadata["reason"] = .string(message) }
        if decision.verdict == .error {
            logger.error("A request could not be judged and was denied", metadata: metadata)
        } else {
            logger.info("A request was not let through", metadata: metadata)
        }
    }
}

extension RuleCore {
    fileprivate mutating func failed(_ error: any Error) {
        let incident = Incident(error)
        failed(code: incident.code, message: incident.text)
    }
}
