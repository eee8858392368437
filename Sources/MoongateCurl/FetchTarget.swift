import CCurl
import Moongate

/// A URL as libcurl reads it: the same parser that will send the request, so that no two readings can differ.
struct FetchTarget: Sendable {
    /// The URL to hand to libcurl.
    let url: String
    /// `http` or `https`.
    let scheme: String
    /// The host, lower-cased by nobody: as written, numeric IPv4 forms made dotted, IPv6 without brackets.
    let host: String
    /// The port, written or implied.
    let port: String
    /// The name to be looked up, as libcurl's cache knows it; `nil` for an address.
    let lookup: String?

    /// What may stand in a log: never the path, the query, or the user part.
    var origin: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// - Throws: ``FetchError/Code/badURL`` for anything but an absolute http(s) URL without a user part.
    init(_ url: String) throws(FetchError) {
        try Self.checkText(url)
        guard let handle = curl_url() else { throw FetchError(.badURL, "no memory for the URL") }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else {
            throw FetchError(.badURL, "not an absolute URL")
        }
        guard let scheme = Self.part(CURLUPART_SCHEME, of: handle), scheme == "http" || scheme == "https",
            let host = Self.part(CURLUPART_HOST, of: handle), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: handle, flags: UInt32(CURLU_DEFAULT_PORT))
        else { throw FetchError(.badURL, "not an http or https URL with a host") }
        guard Self.part(CURLUPART_USER, of: handle) == nil, Self.part(CURLUPART_PASSWORD, of: handle) == nil else {
            throw FetchError(.badURL, "the URL holds a user or password")
        }
        self.url = url
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        lookup = NetworkAddress(text: self.host) == nil ? "\(self.host.lowercased()):\(port)" : nil
    }

    /// A URL as it stands in another one's answer (RFC 3986 section 5): libcurl resolves it, and what comes out is read
    /// anew, as it will be when it is fetched.
    init(_ url: String, relativeTo base: String) throws(FetchError) {
        try Self.checkText(url)
        let target = try FetchTarget(base)
        guard let handle = curl_url() else { throw FetchError(.badURL, "no memory for the URL") }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, target.url, 0) == CURLUE_OK,
            curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
            let absolute = Self.part(CURLUPART_URL, of: handle)
        else { throw FetchError(.badURL, "not a URL") }
        try self.init(absolute)
    }

    /// Control characters and spaces are refused here, since NUL would end the C string early.
    private static func checkText(_ url: String) throws(FetchError) {
        guard url.utf8.count <= 8_192, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw FetchError(.badURL, "the URL is too long, or holds control characters or spaces")
        }
    }

    /// What a permission is checked on.
    func destination() throws(FetchError) -> FetchDestination {
        guard let scheme = Origin.Scheme(rawValue: scheme), let port = UInt16(port) else {
            throw FetchError(.badURL, "not an http or https URL with a host")
        }
        return FetchDestination(url: url, scheme: scheme, host: host, port: port)
    }

    /// Whether the host is this machine by its very name.
    var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || NetworkAddress(text: name)?.isLoopback == true
    }

    private static func part(_ which: CURLUPart, of handle: OpaquePointer, flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, which, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
