#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The proxies that the environment names, read once.
///
/// libcurl could read them itself, but then nobody could tell whether a connection goes to the target or to a proxy,
/// and the check for private addresses needs to know. The variables are libcurl's: `http_proxy` (lower case only,
/// since a CGI client could set `HTTP_PROXY`), `https_proxy`, `all_proxy`, `no_proxy`.
struct ProxyEnvironment: Sendable {
    /// For `http` targets.
    var http: String?
    /// For `https` targets.
    var https: String?
    /// Hosts that are reached directly: `*`, or names whose subdomains count too, or addresses.
    var direct: [String] = []

    /// No proxies.
    init() {}

    /// Reads the variables through `lookup`; empty ones count as unset.
    init(lookup: (String) -> String?) {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap(lookup).first { !$0.isEmpty }
        }
        http = first("http_proxy", "all_proxy", "ALL_PROXY")
        https = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        direct = (first("no_proxy", "NO_PROXY") ?? "").lowercased()
            .split { $0 == "," || $0 == " " }
            .map { String($0.hasPrefix(".") ? $0.dropFirst() : $0) }
    }

    /// The variables of this process.
    static func current() -> ProxyEnvironment {
        ProxyEnvironment { name in getenv(name).map { String(cString: $0) } }
    }

    /// The proxy for a target; `nil` to connect directly. This machine is always reached directly.
    func proxy(for target: FetchTarget) -> String? {
        guard let proxy = target.scheme == "https" ? https : http, !target.isLoopback else { return nil }
        let host = target.host.lowercased()
        let exempt = direct.contains { $0 == "*" || $0 == host || host.hasSuffix("." + $0) }
        return exempt ? nil : proxy
    }
}
