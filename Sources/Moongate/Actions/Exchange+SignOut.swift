import MoongateTokens

extension Exchange {
    /// E19. The session is dead for reads that are under way, too; the cookies are cleared whatever the cookie held.
    func signOut() async throws -> ActionOutcome {
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        if case .value(let sealed) = cookie.reading {
            switch configuration.session.strategy {
            case .jwt:
                if let token = try? SessionToken(opening: sealed, keys: generation.keys.session, now: now) {
                    engine.ledger.end(token.sid, now: now)
                }
            case .database:
                try await apply([.deleteSession(key: sessionKey(sealed))])
            }
            logger.info("Signed out")
        }
        cookiesOut += cookie.clearing(secure: isSecure)
        return .redirect(callbackURL)
    }
}
