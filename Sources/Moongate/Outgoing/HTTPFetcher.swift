import HTTPTypes

/// What the engine asks of the network: one request, one whole answer, within limits.
public struct FetchRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: HTTPRequest.Method
    /// An absolute `http` or `https` URL.
    public var url: String
    /// Header fields to send; `Host` and `Content-Length` are the fetcher's.
    public var headers: HTTPFields
    /// The body, if any.
    public var body: [UInt8]
    /// How long the whole exchange may take.
    public var timeout: Duration
    /// How large an answer may be, in bytes; a larger one is ``FetchError/Code/tooLarge``.
    public var maximumBytes: Int
    /// Whether the answer may come from a private or loopback address (RFC 1918, RFC 4193, link local, …). The check is
    /// made on the address that was really connected to, after name resolution.
    public var allowsPrivateAddresses: Bool
    /// Who asks, where many do: requests of one lane have at most half of the fetcher's places, so that whoever waits for
    /// a service that hangs leaves room for others. `nil`: nobody in particular.
    public var lane: String?

    /// A request with the engine's usual limits: 10 seconds, 1 MiB, public addresses only.
    public init(
        method: HTTPRequest.Method = .get, url: String, headers: HTTPFields = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(10), maximumBytes: Int = 1 << 20, allowsPrivateAddresses: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumBytes = maximumBytes
        self.allowsPrivateAddresses = allowsPrivateAddresses
    }
}

/// A whole answer. Redirects (3xx) are answers too: the fetcher never follows them.
public struct FetchResponse: Sendable {
    /// The status code as sent.
    public var status: Int
    /// The header fields as sent; at most 100, 64 KiB in all.
    public var headers: HTTPFields
    /// The body, decoded from its transfer coding.
    public var body: [UInt8]

    /// An answer from its parts.
    public init(status: Int, headers: HTTPFields, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Outgoing HTTP. To implement: certificates are verified, redirects are not followed, proxies from the environment are
/// honoured, connections are reused, `allowsPrivateAddresses` is checked on the connected address, and a cancelled task
/// ends the exchange.
public protocol HTTPFetcher: Sendable {
    /// Sends a request and returns the whole answer.
    /// - Throws: ``FetchError``.
    func fetch(_ request: FetchRequest) async throws -> FetchResponse

    /// Where a request to `url` would go, read by the parser that ``fetch(_:)`` uses; `url` may be relative where a
    /// `base` is given (RFC 3986 section 5). Without an implementation of its own a fetcher refuses every URL here.
    /// - Throws: ``FetchError`` with `fetch.badURL`.
    func destination(of url: String, relativeTo base: String?) throws -> FetchDestination
}

/// Why a request got no answer. Equality looks at `code` alone.
public struct FetchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name for the kind of failure.
    public struct Code: Sendable, Hashable {
        /// The name, as it stands in logs.
        public let name: String
        /// A code of your own, for fetchers that fail in further ways.
        public init(_ name: String) { self.name = name }
        /// The URL is not an absolute http(s) URL.
        public static let badURL = Code("fetch.badURL")
        /// No connection: name, route, refused, or reset.
        public static let unreachable = Code("fetch.unreachable")
        /// The certificate or the handshake was not right.
        public static let tls = Code("fetch.tls")
        /// Not done within the timeout.
        public static let timeout = Code("fetch.timeout")
        /// More bytes than the request allows.
        public static let tooLarge = Code("fetch.tooLarge")
        /// The address is private or loopback and the request does not allow that.
        public static let privateAddress = Code("fetch.privateAddress")
        /// The task was cancelled.
        public static let cancelled = Code("fetch.cancelled")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, without secrets: host and port, never the query or the body.
    public let message: String

    /// An error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.name): \(message)" }
    public static func == (left: FetchError, right: FetchError) -> Bool { left.code == right.code }
}
