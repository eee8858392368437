import MoongateTokens

/// Somebody whom the provider vouches for, after every check.
public struct OIDCIdentity: Sendable {
    /// The provider's claims: those of the id_token, with userinfo's where it is used.
    public let profile: [String: JSONValue]
    /// The claims as a user (contract 9.1). `id` is the provider's; `emailVerified` is `nil`: proof is the caller's
    /// policy.
    public let user: User
    /// `sub`: what names the account at the provider.
    public let providerAccountId: String
    /// What the provider says about the address; `nil` for nothing.
    public let emailVerified: Bool?
    /// The tokens as account columns.
    public let tokens: AccountTokens
    /// The token endpoint's whole answer, in OAuth's names.
    public let tokenResponse: [String: JSONValue]

    init(claims: [String: JSONValue], subject: String, tokens: TokenResponse) {
        profile = claims
        user = ProviderProfile(claims).user(id: subject)
        providerAccountId = subject
        emailVerified = ProviderProfile(claims).emailVerified
        self.tokens = tokens.account
        tokenResponse = tokens.fields
    }
}
