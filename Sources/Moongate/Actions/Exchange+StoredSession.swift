import MoongateTokens

extension Exchange {
    /// How the store finds the session of a cookie: by a hash, so that a stolen database opens no session.
    func sessionKey(_ token: [UInt8]) -> SessionKey {
        configuration.session.storesPlainTokens
            ? SessionKey(stored: String(decoding: token, as: UTF8.self))
            : SessionKey(stored: Hex.encode(SHA256.hash(token)))
    }

    /// A new row in place of the one this browser had, in one write with the changes of the sign-in.
    func issueStoredSession(_ user: User, _ changes: [StoreChange]) async throws {
        let token = Array(try UUIDv4.make(ports.random).utf8)
        let expires = now.adding(seconds: configuration.session.maxAge)
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        var changes = changes
        if case .value(let old) = cookie.reading { changes.append(.deleteSession(key: sessionKey(old))) }
        changes.append(.insertSession(StoredSession(key: sessionKey(token), userId: user.id, expires: expires)))
        try await apply(changes)
        cookiesOut += cookie.writing(
            token, name: generation.cookies.session, expires: expires, secure: isSecure, isSealed: false)
    }

    /// Contract 4.3. The cookie is set again only when the row was extended.
    func readStoredSession(
        _ token: [UInt8], _ cookie: SessionCookie, update: JSONValue?
    ) async throws -> SessionAnswer {
        guard let store = ports.store else { throw StoreError(.configuration, "no database is configured") }
        let key = sessionKey(token)
        let signedOut = SessionAnswer(body: SessionAnswer.none.body, cookies: cookie.clearing(secure: isSecure))
        guard let (session, user) = try await store.findSession(key: key) else { return signedOut }
        guard session.expires > now else {
            try await store.apply([.deleteSession(key: key)])
            return signedOut
        }
        let settings = configuration.session
        let isDue = session.expires.adding(seconds: settings.updateAge - settings.maxAge) <= now
        let expires = isDue ? now.adding(seconds: settings.maxAge) : session.expires
        let body = try await sessionBody(user, expires: expires, update: update)
        // A sign-out may have ended the session while hooks ran.
        guard !engine.ledger.isEnded(key.stored, now: now) else { return .none }
        let subject = RuleSubject(session: body, id: user.id)
        guard isDue else {
            try note(.session, .session(session: Claims(parsing: body), token: nil))
            return SessionAnswer(body: body, subject: subject, ledgerKey: key.stored)
        }
        do {
            try await store.apply([.updateSession(key: key, expires: expires)])
        } catch let error as StoreError where error.code == .conflict {
            return SessionAnswer(body: SessionAnswer.none.body)  // signed out while the hooks ran
        }
        try note(.session, .session(session: Claims(parsing: body), token: nil))
        let cookies = cookie.writing(
            token, name: generation.cookies.session, expires: expires, secure: isSecure, isSealed: false)
        return SessionAnswer(body: body, cookies: cookies, subject: subject, ledgerKey: key.stored)
    }

    private func sessionBody(_ user: User, expires: Timestamp, update: JSONValue?) async throws -> [UInt8] {
        let input = SessionInput(
            user: user.forHooks, newSession: update == .null ? nil : update, trigger: update == nil ? nil : "update")
        return try await pipeline.session(DefaultSession.make(user: user, expires: expires), input)
    }
}
