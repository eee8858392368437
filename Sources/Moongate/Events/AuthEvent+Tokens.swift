extension AuthEvent {
    /// The tokens of a provider, by the names that accounts have them under (contract 6.3).
    package static let tokenNames: Set<String> = ["access_token", "refresh_token", "id_token"]

    /// What is left of an account: nobody can act for the user with it.
    private static let plainNames: Set<String> = [
        "provider", "type", "providerAccountId", "userId", "scope", "token_type", "expires_at", "expires_in",
    ]
    /// What hooks may have put into token and session, at any depth, in the spelling of the provider or of JavaScript.
    private static let claimNames = tokenNames.union(["accessToken", "refreshToken", "idToken"])

    /// The event as it is told to who may not see the provider's tokens. Listeners write what they hear into trails and
    /// send it elsewhere, where a token has no business.
    var withoutTokens: AuthEvent {
        var event = self
        switch content {
        case .signIn(let user, let account, let profile, let isNewUser):
            event.content = .signIn(
                user: user, account: Self.plain(account), profile: profile, isNewUser: isNewUser)
        case .linkAccount(let user, let account, let profile):
            event.content = .linkAccount(user: user, account: Self.plain(account), profile: profile)
        case .signOut(let token, let session):
            event.content = .signOut(token: token.map(Self.plainClaims), session: session)
        case .session(let session, let token):
            event.content = .session(session: Self.plainClaims(session), token: token.map(Self.plainClaims))
        case .createUser, .updateUser: break
        }
        return event
    }

    /// The same for the members of an event that somebody has written down.
    package static func withoutTokens(_ members: [String: JSONValue]) -> [String: JSONValue] {
        members.reduce(into: [:]) { plain, member in
            switch (member.key, member.value) {
            case ("account", .object(let account)): plain["account"] = .object(Self.plain(Claims(account)).members)
            case ("token", let value), ("session", let value): plain[member.key] = Self.plain(value)
            default: plain[member.key] = member.value
            }
        }
    }

    /// What a token endpoint adds beside the standard fields may be anything, so only known ones are told.
    private static func plain(_ account: Claims) -> Claims {
        Claims(account.members.filter { plainNames.contains($0.key) })
    }

    private static func plainClaims(_ claims: Claims) -> Claims { Claims(plain(claims.members)) }

    private static func plain(_ members: [String: JSONValue]) -> [String: JSONValue] {
        members.filter { !claimNames.contains($0.key) }.mapValues(plain)
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(plain(members))
        case .array(let items): .array(items.map(plain))
        case .null, .bool, .integer, .number, .string: value
        }
    }
}
