import Moongate

extension StoreConformance {
    /// Values that no other case and no earlier run has used.
    struct Keys: Sendable {
        private let prefix: String

        init(rule: String) {
            let first = String(UInt64.random(in: .min ... .max), radix: 16)
            let second = String(UInt64.random(in: .min ... .max), radix: 16)
            prefix = first + second
        }

        func id(_ name: String = "a") -> String { "user-\(prefix)-\(name)" }
        func email(_ name: String = "a") -> String { "\(name).\(prefix)@example.com" }
        func accountId(_ name: String = "a") -> String { "\(prefix)-\(name)" }
        func session(_ name: String = "a") -> SessionKey { SessionKey(stored: "\(prefix)-\(name)") }

        func user(_ name: String = "a") -> User {
            User(
                id: id(name), name: "Ada \(name)", email: email(name),
                emailVerified: Timestamp(milliseconds: 1_767_225_600_123), image: "https://example.com/\(name).png")
        }

        func account(_ name: String = "a", user: String = "a", provider: String = "github") -> Account {
            var tokens = AccountTokens()
            tokens.refreshToken = "refresh \(name)"
            tokens.accessToken = "access \(name)"
            tokens.expiresAt = 1_767_229_200
            tokens.tokenType = "bearer"
            tokens.scope = "openid profile email"
            tokens.idToken = "header.payload.signature"
            tokens.sessionState = "state \(name)"
            return Account(
                userId: id(user), type: "oidc", provider: provider, providerAccountId: accountId(name), tokens: tokens)
        }

        func stored(_ name: String = "a", user: String = "a", expires: Int64 = 1_769_817_600_000) -> StoredSession {
            StoredSession(key: session(name), userId: id(user), expires: Timestamp(milliseconds: expires))
        }
    }
}
