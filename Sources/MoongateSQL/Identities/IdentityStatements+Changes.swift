import Moongate

extension IdentityStatements {
    /// The one statement that makes a change. What hangs on a deleted user goes by foreign key.
    func statement(for change: StoreChange) -> SQLStatement {
        switch change {
        case .insertUser(let user): SQLStatement(insertUser, values(of: user), mustChangeRow: true)
        case .updateUser(let user): SQLStatement(updateUser, values(of: user), mustChangeRow: true)
        case .updateProfile(let id, let change):
            SQLStatement(updateProfile, values(of: change, id: id), mustChangeRow: true)
        case .deleteUser(let id): SQLStatement(deleteUser, [.text(id)])
        case .insertAccount(let account):
            SQLStatement(
                insertAccount, values(of: account) + [.text(account.userId), .text(account.type)], mustChangeRow: true)
        case .updateAccount(let account): SQLStatement(updateAccount, values(of: account), mustChangeRow: true)
        case .deleteAccount(let provider, let id): SQLStatement(deleteAccount, [.text(provider), .text(id)])
        case .insertSession(let session):
            SQLStatement(
                insertSession, [.time(session.expires), .text(session.key.stored), .text(session.userId)],
                mustChangeRow: true)
        case .updateSession(let key, let expires):
            SQLStatement(updateSession, [.time(expires), .text(key.stored)], mustChangeRow: true)
        case .deleteSession(let key): SQLStatement(deleteSession, [.text(key.stored)])
        }
    }

    private func values(of user: User) -> [SQLValue] {
        [
            SQLValue(user.name), SQLValue(user.email), SQLValue(user.emailVerified), SQLValue(user.image),
            SQLValue(user.claims), .text(user.id),
        ]
    }

    private func values(of change: ProfileChange, id: String) -> [SQLValue] {
        let claims = change.claims
        let counts = SQLValue.integer(claims == nil ? 0 : 1)
        return values(of: change.name) + values(of: change.image) + [
            counts, SQLValue(claims?.after ?? Claims()), .text(id), counts, SQLValue(claims?.before ?? Claims()),
        ]
    }

    private func values(of value: ProfileChange.Value) -> [SQLValue] {
        switch value {
        case .kept: [.integer(0), .null]
        case .set(let text): [.integer(1), SQLValue(text)]
        }
    }

    private func values(of account: Account) -> [SQLValue] {
        let tokens = account.tokens
        return [
            SQLValue(tokens.refreshToken), SQLValue(tokens.accessToken), SQLValue(tokens.expiresAt),
            SQLValue(tokens.tokenType), SQLValue(tokens.scope), SQLValue(tokens.idToken),
            SQLValue(tokens.sessionState), .text(account.provider), .text(account.providerAccountId),
        ]
    }
}

extension SQLValue {
    /// Claims in their canonical form, so that equal ones are equal text; none are `NULL`.
    fileprivate init(_ claims: Claims) {
        self = claims.members.isEmpty ? .null : .text(String(decoding: claims.canonicalBytes, as: UTF8.self))
    }
}
