import Moongate

// Columns are read in the order in which `IdentityStatements` names them.

extension SQLRow {
    /// The user whose first column is `first`.
    func user(from first: Int = 0) throws -> User {
        User(
            id: try requiredText(first), name: text(first + 1), email: text(first + 2),
            emailVerified: time(first + 3), image: text(first + 4), claims: try claims(first + 5))
    }

    private func claims(_ column: Int) throws -> Claims {
        guard let text = text(column) else { return Claims() }
        do { return try Claims(parsing: Array(text.utf8)) } catch {
            throw StoreError(.schema, "users.claims holds something that is no JSON object")
        }
    }

    /// The account that the whole row is.
    func account() throws -> Account {
        var tokens = AccountTokens()
        tokens.refreshToken = text(4)
        tokens.accessToken = text(5)
        tokens.expiresAt = integer(6)
        tokens.tokenType = text(7)
        tokens.scope = text(8)
        tokens.idToken = text(9)
        tokens.sessionState = text(10)
        return Account(
            userId: try requiredText(0), type: try requiredText(1), provider: try requiredText(2),
            providerAccountId: try requiredText(3), tokens: tokens)
    }

    /// The session in the first three columns.
    func session() throws -> StoredSession {
        StoredSession(
            key: SessionKey(stored: try requiredText(0)), userId: try requiredText(1), expires: try requiredTime(2))
    }
}
