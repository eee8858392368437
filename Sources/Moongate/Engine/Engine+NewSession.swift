import MoongateTokens

/// A cookie as a browser sends it.
package struct CookiePair: Sendable, Hashable {
    /// The name, with its chunk number where a value is spread over several.
    package let name: String
    /// The value, as it stands in the header field.
    package let value: String
}

extension Engine {
    /// What a browser keeps after a sign-in that made these claims (strategy `jwt`): sealed with the engine's own keys, at
    /// its clock's time. No hook runs. `sid` is drawn where the claims have none; `iat exp jti ver` are written anew.
    /// - Throws: `SessionTooLarge` when no browser would hold the token.
    package func sealNewSession(_ claims: Claims) throws -> [CookiePair] {
        let exchange = Exchange(AuthRequest(target: ""), generation: generation, engine: self)
        let sid = try claims["sid"]?.stringValue ?? Base64URL.encode(ports.random.bytes(16))
        let sealed = try exchange.seal(claims.canonicalBytes, sid: sid, version: 0)
        let expires = exchange.now.adding(seconds: exchange.configuration.session.maxAge)
        return SessionCookie(exchange.cookies, name: exchange.generation.cookies.session).writing(
            sealed, name: exchange.generation.cookies.session, expires: expires, secure: exchange.isSecure
        ).map { CookiePair(name: $0.name, value: $0.value) }
    }

    /// What a browser keeps after a sign-in of this user (strategy `database`): the user and a new session are stored.
    package func storeNewSession(of user: User) async throws -> [CookiePair] {
        guard let store = ports.store else { throw StoreError(.configuration, "no database is configured") }
        let exchange = Exchange(AuthRequest(target: ""), generation: generation, engine: self)
        let isKnown = try await store.findUser(id: user.id) != nil
        try await exchange.issueStoredSession(user, [isKnown ? .updateUser(user) : .insertUser(user)])
        return exchange.cookiesOut.map { CookiePair(name: $0.name, value: $0.value) }
    }
}
