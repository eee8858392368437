import MoongateTokens

extension Exchange {
    /// E19. The session is dead for reads that are under way, too; the cookies are cleared whatever the cookie held.
    func signOut() async throws -> ActionOutcome {
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        if case .value(let sealed) = cookie.reading {
            switch configuration.session.strategy {
            case .jwt:
                if let token = try? SessionToken(opening: sealed, keys: generation.keys.session, now: now) {
                    if !engine.ledger.isEnded(token.sid, now: now) {
                        note(.signOut, .signOut(token: try? Claims(parsing: token.payload), session: nil))
                    }
                    engine.ledger.end(token.sid, now: now)
                }
            case .database:
                let ended = await endedSession(sealed)
                let key = sessionKey(sealed)
                try await apply([.deleteSession(key: key)])
                engine.ledger.end(key.stored, now: now)
                if let ended { note(.signOut, .signOut(token: nil, session: ended)) }
            }
            logger.info("Signed out")
        }
        cookiesOut += cookie.clearing(secure: isSecure)
        return .redirect(callbackURL)
    }

    /// The stored session of a cookie as the event shows it: not the token, which opens it. A store that cannot find
    /// it does not keep anybody from signing out.
    private func endedSession(_ token: [UInt8]) async -> Claims? {
        guard generation.events.hear(.signOut), let store = ports.store,
            let (session, _) = try? await store.findSession(key: sessionKey(token)), session.expires > now
        else { return nil }
        return Claims(["userId": .string(session.userId), "expires": .string(session.expires.iso8601)])
    }
}
