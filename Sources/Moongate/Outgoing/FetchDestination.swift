/// Where a request to a URL goes, by the reading of the fetcher that sends it: a permission that is checked on anything
/// else could be checked on another host than the one that is asked.
public struct FetchDestination: Sendable, Hashable {
    /// The absolute URL to fetch.
    public let url: String
    /// `http` or `https`.
    public let scheme: Origin.Scheme
    /// In lower case; numeric forms of IPv4 addresses made dotted, IPv6 without brackets.
    public let host: String
    /// Written or implied.
    public let port: UInt16

    /// A destination from its parts.
    public init(url: String, scheme: Origin.Scheme, host: String, port: UInt16) {
        self.url = url
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    /// `host:port`, for messages.
    public var authority: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether two requests go to one origin (RFC 6454).
    public func isSameOrigin(as other: FetchDestination) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }
}

extension HTTPFetcher {
    /// A fetcher that cannot say where a URL leads serves the engine alone: nothing that needs a permission goes out.
    public func destination(of url: String, relativeTo base: String?) throws -> FetchDestination {
        throw FetchError(.badURL, "this fetcher does not say where a URL leads")
    }
}
