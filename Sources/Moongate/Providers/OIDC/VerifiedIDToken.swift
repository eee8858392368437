import MoongateTokens

/// An id_token after every check of OpenID Connect Core 3.1.3.7.
public struct VerifiedIDToken: Sendable {
    /// `sub`: 1 to 255 characters.
    public let subject: String
    /// When the person signed in at the provider, in Unix seconds; `nil` when it does not say.
    public let authenticationTime: Int64?
    /// All claims.
    public let claims: [String: JSONValue]
}

/// What the id_token's `nonce` must be. Its absence is said, never left out.
public enum ExpectedNonce: Sendable {
    /// Exactly this.
    case expected(String)
    /// None was sent, so the token must have none.
    case notExpected
}
