import Moongate

extension Engine {
    /// A `Cookie` header field of somebody who is signed in, without signing in: for the tests of a server that the engine
    /// is part of. Strategy `jwt`.
    ///
    /// ```swift
    /// let cookie = try engine.signedInCookie(user: ["id": "7", "email": "ada@example.com"], claims: ["role": "admin"])
    /// ```
    ///
    /// The token is sealed by the engine itself with its own keys and at its clock's time, so it ends when the session
    /// would. It holds what a sign-in gives (`sub name email picture auth_time sid ver`) and `claims`; hooks run when it
    /// is read, as always, but the ones of a sign-in have not run: what they would have added belongs into `claims`.
    ///
    /// - Parameters:
    ///   - user: `id`, and `name`, `email`, `image` where there are some.
    ///   - claims: Further claims, and other values of those above; `iat exp jti ver` are the engine's.
    /// - Returns: `name=value`, or several of them joined by `; ` where the token is spread over chunks.
    /// - Throws: ``SignedInCookieError`` that says what to do.
    public func signedInCookie(
        user: [String: JSONValue], claims: [String: JSONValue] = [:]
    ) throws -> String {
        guard generation.configuration.session.strategy == .jwt else {
            throw SignedInCookieError(
                "sessions of this engine are in its database: use `try await signedInCookie(storing: User(id: …))`")
        }
        let names = ["id": "sub", "name": "name", "email": "email", "image": "picture"]
        if let other = user.keys.sorted().first(where: { names[$0] == nil }) {
            throw SignedInCookieError("a user has id, name, email and image; `\(other)` belongs into `claims`")
        }
        guard let id = user["id"]?.stringValue, !id.isEmpty else {
            throw SignedInCookieError("the user needs an `id`, a string that is not empty")
        }
        var token: [String: JSONValue] = ["auth_time": .integer(ports.clock.now().seconds)]
        for (member, value) in user { token[names[member, default: member]] = value }
        token.merge(claims) { $1 }
        do {
            return Self.header(try sealNewSession(Claims(token)))
        } catch {
            throw SignedInCookieError("the token cannot be sealed: \(error)")
        }
    }

    /// As ``signedInCookie(user:claims:)`` with strategy `database`: the user is stored, or brought up to date, and a
    /// session of theirs is.
    /// - Throws: ``SignedInCookieError`` with strategy `jwt`, `StoreError` when the store refuses.
    public func signedInCookie(storing user: User) async throws -> String {
        guard generation.configuration.session.strategy == .database else {
            throw SignedInCookieError(
                "sessions of this engine are in its cookies: use `try signedInCookie(user: [\"id\": …])`")
        }
        return Self.header(try await storeNewSession(of: user))
    }

    private static func header(_ cookies: [CookiePair]) -> String {
        cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }
}

/// Why there is no cookie, and what to do: a sentence for who writes the test.
public struct SignedInCookieError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
