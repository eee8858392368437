/// The start of a sign-in: where the browser goes, and what must be kept, sealed, until it comes back.
public struct OIDCBegin: Sendable {
    /// The authorization request.
    public let url: String
    /// 43 characters; `nil` where the provider's checks leave it out, as with the two below.
    public let state: String?
    /// 43 characters.
    public let nonce: String?
    /// 43 characters; only its S256 challenge is in the URL (RFC 7636).
    public let codeVerifier: String?
}
