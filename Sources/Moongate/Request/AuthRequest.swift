import HTTPTypes

/// A request as the engine sees it: a plain value, so that any server, a function-as-a-service entry or a test can
/// drive the engine with no socket.
public struct AuthRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: HTTPRequest.Method
    /// Path and query as received, undecoded: `/auth/callback/corp?code=…`.
    public var target: String
    /// `Host` or `:authority`: `localhost:3000`. The engine builds no URL from it; development mode checks it.
    public var authority: String?
    /// All other header fields.
    public var headers: HTTPFields
    /// The whole body; adapters refuse one over ``AuthRequest/maximumBodyBytes`` with 413 before they get here.
    public var body: [UInt8]
    /// Who is connected: decides whether forwarded headers count and whether development mode answers.
    public var peer: PeerAddress?
    /// Stands in every log line about this request and in `X-Request-Id`. `nil`: the engine makes one.
    public var id: String?

    /// 64 KiB.
    public static let maximumBodyBytes = 64 << 10

    /// A request from its parts.
    public init(
        method: HTTPRequest.Method = .get, target: String, authority: String? = nil, headers: HTTPFields = [:],
        body: [UInt8] = [], peer: PeerAddress? = nil, id: String? = nil
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        self.headers = headers
        self.body = body
        self.peer = peer
        self.id = id
    }
}

extension HTTPField.Name {
    static let authReturnRedirect = HTTPField.Name("x-auth-return-redirect").unsafelyUnwrapped  // as above
    static let requestID = HTTPField.Name("x-request-id").unsafelyUnwrapped  // as above
}

/// The address of the connected peer: text of an IPv4 or IPv6 address, without a port or a zone.
public struct PeerAddress: Sendable, Hashable {
    /// `127.0.0.1`, `::1`, `2001:db8::7`; IPv4 that is mapped into IPv6 is IPv4.
    public let text: String
    /// A peer from the text of its address.
    public init(_ text: String) { self.text = NetworkRange.canonical(text) }
    /// 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool { text == "::1" || text.hasPrefix("127.") }
}

/// An answer as the engine gives it. `Content-Length` is the server's, except on the answer to a HEAD, which has one and
/// no body.
public struct AuthResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// Header fields; one `Set-Cookie` field for each cookie.
    public var headers: HTTPFields
    /// The body.
    public var body: [UInt8]

    /// An answer from its parts.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// As an answer to HEAD: the fields of the whole answer and nothing behind them (RFC 9110 section 9.3.2).
    package mutating func leaveOutBody() {
        if !body.isEmpty { headers[.contentLength] = String(body.count) }
        body = []
    }
}
