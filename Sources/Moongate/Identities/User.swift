/// A person as the stores keep them (contract 6.1).
public struct User: Sendable, Hashable {
    /// Opaque; a UUID for users that the engine makes.
    public var id: String
    /// The name to show.
    public var name: String?
    /// Lower-cased; unique where present.
    public var email: String?
    /// When the address was proven; `nil` for never.
    public var emailVerified: Timestamp?
    /// URL of a picture.
    public var image: String?
    /// What scripts keep about the user (`users.update`). Ours; no provider and no sign-in changes it.
    public var claims: Claims

    /// A user from their parts.
    public init(
        id: String, name: String? = nil, email: String? = nil, emailVerified: Timestamp? = nil, image: String? = nil,
        claims: Claims = Claims()
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.emailVerified = emailVerified
        self.image = image
        self.claims = claims
    }
}

/// One way a user signs in: a provider's account linked to the user (contract 6.1). Key: (`provider`,
/// `providerAccountId`).
public struct Account: Sendable, Hashable {
    /// The user it belongs to.
    public var userId: String
    /// `oauth`, `oidc`, `email`, `webauthn` or `credentials`.
    public var type: String
    /// The provider's id in the configuration.
    public var provider: String
    /// The user's id at the provider, always a string.
    public var providerAccountId: String
    /// What the provider's token endpoint gave, in OAuth's own names; `nil` where it gave none.
    public var tokens: AccountTokens

    /// An account from its parts.
    public init(
        userId: String, type: String, provider: String, providerAccountId: String, tokens: AccountTokens = .init()
    ) {
        self.userId = userId
        self.type = type
        self.provider = provider
        self.providerAccountId = providerAccountId
        self.tokens = tokens
    }
}

/// The columns of an account row that come from the token endpoint (RFC 6749 section 5.1; contract 5.2).
public struct AccountTokens: Sendable, Hashable {
    /// `refresh_token`.
    public var refreshToken: String?
    /// `access_token`.
    public var accessToken: String?
    /// `expires_at`: Unix **seconds**.
    public var expiresAt: Int64?
    /// `token_type`, lower-cased.
    public var tokenType: String?
    /// `scope`.
    public var scope: String?
    /// `id_token`, compact.
    public var idToken: String?
    /// `session_state` (OpenID Connect Session Management).
    public var sessionState: String?

    /// No tokens.
    public init() {}
}
