import HTTPTypes
import MoongateTokens

/// A session as a read found it.
struct SessionAnswer: Sendable {
    /// JSON for the client; `null` when nobody is signed in.
    var body: [UInt8]
    /// To be sent along.
    var cookies: [SetCookie] = []
    /// Who that is, as rules see them.
    var subject = RuleSubject.nobody
    /// What the ledger calls the session; `nil` when nobody is signed in.
    var ledgerKey: String?

    static let none = SessionAnswer(body: Array("null".utf8))
}

extension Exchange {
    /// E3, E4. A read that cannot be done is 503 and leaves the cookie as it was: a failing script or store logs nobody
    /// out. An update that cannot be done is 400 `null`.
    func answerSession() async -> AuthResponse {
        if request.method == .post { return await answerUpdate() }
        do {
            try readCSRF()
            noteFirstVisit()
            let read = try await readSession(update: nil)
            cookiesOut += read.cookies
            return respond(with: .json(read.body, isPrivate: true))
        } catch {
            return sessionFailure(error)
        }
    }

    private func answerUpdate() async -> AuthResponse {
        do {
            try parse()
            try readCSRF()
            try requireCSRF()
            try await readCallbackURL()
            let data: JSONValue =
                if case .json(let object) = body { object["data"] ?? .null } else {
                    body["data"].map(JSONValue.string) ?? .null
                }
            let read = try await readSession(update: data)
            cookiesOut += read.cookies
            return respond(with: .json(read.body, isPrivate: false))
        } catch  where error is Denial || error is BadRequest {
            report(Incident(error), isRefusal: true)
            return AuthResponse(
                status: .badRequest, headers: [.contentType: "application/json"], body: SessionAnswer.none.body)
        } catch {
            return sessionFailure(error)
        }
    }

    func sessionFailure(_ error: any Error) -> AuthResponse {
        report(Incident(error), isRefusal: false)
        var response = unavailable
        Self.forbidCaching(&response.headers)
        return response
    }

    /// The first request of a browser is given its callback-url cookie (contract 2.3). A read does not run the `redirect`
    /// hooks over one that is there: it is checked when it is used.
    func noteFirstVisit() {
        guard cookies.raw(generation.cookies.callbackURL)?.isEmpty != false else { return }
        cookiesOut.append(
            SetCookie(name: generation.cookies.callbackURL, value: generation.originText, secure: isSecure))
    }

    /// Reads the session of this request through the hooks.
    /// - Parameters:
    ///   - update: What a POST brought, `.null` for nothing; `nil` for a read.
    ///   - acceptsBearer: A request without a cookie may carry its token after `Authorization: Bearer`.
    func readSession(update: JSONValue?, acceptsBearer: Bool = false) async throws -> SessionAnswer {
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        switch cookie.reading {
        case .absent: return acceptsBearer ? try await readBearer() : .none
        case .unreadable: return refuse(cookie)
        case .value(let sealed):
            switch configuration.session.strategy {
            case .jwt: return try await readToken(sealed, cookie, update: update)
            case .database: return try await readStoredSession(sealed, cookie, update: update)
            }
        }
    }

    func refuse(_ cookie: SessionCookie) -> SessionAnswer {
        report(Incident(Denial(.session, "the session cookie is incomplete or too long")), isRefusal: true)
        return signedOut(cookie)
    }

    private func readToken(
        _ sealed: [UInt8], _ cookie: SessionCookie, update: JSONValue?
    ) async throws -> SessionAnswer {
        guard let token = open(sealed) else { return signedOut(cookie) }
        var core = SessionReadCore(token, generation: generation, now: now, update: update)
        return try answer(try await drive(&core), token, cookie)
    }

    /// The session of a token in the header field: read as from a cookie, and never re-issued, since nobody would store it.
    private func readBearer() async throws -> SessionAnswer {
        guard let (token, cookie) = bearer() else { return .none }
        var core = SessionReadCore(token, generation: generation, now: now, update: nil, mayReissue: false)
        return try answer(try await drive(&core), token, cookie)
    }

    /// The token of the header field, and the cookie that it is not.
    func bearer() -> (SessionToken, SessionCookie)? {
        guard configuration.session.strategy == .jwt, let sealed = Engine.bearer(request.headers[.authorization]),
            let token = open(sealed)
        else { return nil }
        return (token, SessionCookie(RequestCookies(crumbs: []), name: ""))
    }

    func signedOut(_ cookie: SessionCookie) -> SessionAnswer {
        SessionAnswer(body: SessionAnswer.none.body, cookies: cookie.clearing(secure: isSecure))
    }

    /// The token of a live session; `nil` for everything else.
    func open(_ sealed: [UInt8]) -> SessionToken? {
        do {
            let token = try SessionToken(opening: sealed, keys: generation.keys.session, now: now)
            return engine.ledger.isEnded(token.sid, now: now) ? nil : token
        } catch {
            report(Incident(Denial(.session, "the session cookie is not a session: \(error)")), isRefusal: true)
            return nil
        }
    }

    /// What the client is told, after the hooks.
    func answer(
        _ outcome: SessionReadCore.Outcome, _ token: SessionToken, _ cookie: SessionCookie
    ) throws -> SessionAnswer {
        guard case .answer(let body, let payload, let reissues) = outcome else {
            engine.ledger.end(token.sid, now: now)
            return signedOut(cookie)
        }
        let answer: SessionAnswer
        if reissues {
            answer = try reissue(payload, of: token, body: body, cookie)
        } else {
            // A sign-out may have ended the session while hooks ran.
            answer =
                engine.ledger.isEnded(token.sid, now: now)
                ? .none : SessionAnswer(body: body, subject: RuleSubject(claims: payload), ledgerKey: token.sid)
        }
        if generation.events.hearSession, answer.body != SessionAnswer.none.body {
            try note(.session, .session(session: Claims(parsing: body), token: Claims(parsing: payload)))
        }
        return answer
    }

    /// Seals the token anew, unless the session ended or a newer token went out meanwhile.
    private func reissue(
        _ payload: [UInt8], of token: SessionToken, body: [UInt8], _ cookie: SessionCookie
    ) throws -> SessionAnswer {
        let version = token.version == .max ? .max : token.version + 1
        let sealed = try seal(payload, sid: token.sid, version: version)
        guard engine.ledger.claim(token.sid, version: version, now: now) else {
            let ended = engine.ledger.isEnded(token.sid, now: now)
            return ended
                ? .none : SessionAnswer(body: body, subject: RuleSubject(claims: payload), ledgerKey: token.sid)
        }
        let cookies = cookie.writing(
            sealed, name: generation.cookies.session,
            expires: now.adding(seconds: generation.configuration.session.maxAge),
            secure: isSecure)
        return SessionAnswer(body: body, cookies: cookies, subject: RuleSubject(claims: payload), ledgerKey: token.sid)
    }

    /// Runs what the core asks for until it is done.
    private func drive(_ core: inout SessionReadCore) async throws -> SessionReadCore.Outcome {
        while true {
            switch core.next() {
            case .finish(let outcome): return outcome
            case .script(let hook, let call):
                var step = try pipeline.start(hook, call)
                while case .pending = step { step = await pipeline.proceed(hook) }
                switch step {
                case .returned(let result): try core.scriptReturned(result)
                case .failed(let failure): throw failure
                case .pending: break
                }
            case .jwtClosure(let token, let input):
                guard let closure = generation.hooks.jwt else { break }
                core.closureReturned(token: try await HookPipeline.applying(closure, to: token, input))
            case .sessionClosure(let session, let input):
                guard let closure = generation.hooks.session else { break }
                var claims = try Claims(parsing: session)
                try await closure(&claims, input)
                core.closureReturned(session: claims.canonicalBytes)
            }
        }
    }

    /// A sealed token of at most the size that is read.
    func seal(_ payload: [UInt8], sid: String, version: Int64) throws -> [UInt8] {
        let stamped = try SessionToken.stamped(
            payload, sid: sid, version: version, now: now, maxAge: generation.configuration.session.maxAge,
            random: engine.tokenNames)
        do {
            return try generation.keys.session.seal(stamped)
        } catch let error as TokenError where error.code == .tooLarge {
            throw SessionTooLarge(payload: payload)
        }
    }
}

/// The token has grown past what a browser's cookies hold.
struct SessionTooLarge: Error {
    /// Bytes of the claims.
    let length: Int
    /// The three largest claims by name.
    let largest: [String]

    init(payload: [UInt8]) {
        length = payload.count
        let members = (try? Claims(parsing: payload))?.members ?? [:]
        largest = members.sorted { $0.value.canonicalBytes().count > $1.value.canonicalBytes().count }.prefix(3).map(
            \.key)
    }
}
