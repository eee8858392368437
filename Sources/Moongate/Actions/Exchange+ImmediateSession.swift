extension Exchange {
    /// As ``answerSession()`` for a read with strategy `jwt`, on the calling thread; `nil` as soon as a hook would have to
    /// wait or be waited for. Nothing has happened then that a second run could repeat.
    func answerSessionAtOnce(id: String) -> ImmediateAnswer? {
        defer { pipeline.end() }
        do {
            try readCSRF()
            noteFirstVisit()
            guard let read = try readSessionAtOnce() else {
                pipeline.drop()
                return nil
            }
            reportReservedClaims()
            return ImmediateAnswer(
                session: read.body, cookies: cookiesOut + read.cookies, id: id,
                generation: tellsGeneration ? generation.id : nil)
        } catch {
            reportReservedClaims()
            return ImmediateAnswer(sessionFailure(error), id: id)
        }
    }

    /// - Parameter acceptsBearer: A request without a cookie may carry its token after `Authorization: Bearer`.
    func readSessionAtOnce(acceptsBearer: Bool = false) throws -> SessionAnswer? {
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        switch cookie.reading {
        case .absent:
            guard acceptsBearer, let (token, none) = bearer() else { return SessionAnswer.none }
            var core = SessionReadCore(token, generation: generation, now: now, update: nil, mayReissue: false)
            guard let outcome = try driveAtOnce(&core) else { return nil }
            return try answer(outcome, token, none)
        case .unreadable: return refuse(cookie)
        case .value(let sealed):
            guard let token = open(sealed) else { return signedOut(cookie) }
            var core = SessionReadCore(token, generation: generation, now: now, update: nil)
            guard let outcome = try driveAtOnce(&core) else { return nil }
            return try answer(outcome, token, cookie)
        }
    }

    private func driveAtOnce(_ core: inout SessionReadCore) throws -> SessionReadCore.Outcome? {
        while true {
            switch core.next() {
            case .finish(let outcome): return outcome
            case .script(let hook, let call):
                switch try pipeline.start(hook, call) {
                case .returned(let result): try core.scriptReturned(result)
                case .failed(let failure): throw failure
                case .pending: return nil
                }
            case .jwtClosure, .sessionClosure: return nil
            }
        }
    }
}
