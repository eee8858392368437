/// One rendered page: what the engine sends, with the policy that belongs to exactly these bytes.
public struct Page: Sendable {
    /// The HTTP status (contract 10.2): 200, 403 or 500.
    public let status: Int
    /// The whole document, UTF-8. Its media type is `text/html`, no charset: the document says so itself.
    public let html: [UInt8]
    /// The `Content-Security-Policy` field. It names the digest of this page's style sheet and allows no script.
    public let contentSecurityPolicy: String
}
