import HTTPTypes

/// What development mode demands of every request (DESIGN 9): it comes from this machine, to this machine, through
/// nobody. A "sign in as…" page is then never reachable from outside, whatever stands in front.
enum DevelopmentGuard {
    /// What proxies and content networks add, by name or by the beginning of the name.
    private static let forwardingHeaders: Set<String> = [
        "forwarded", "forwarded-for", "via", "cdn-loop", "true-client-ip", "fastly-client-ip", "client-ip",
    ]
    private static let forwardingPrefixes = [
        "x-forwarded", "x-original-", "x-real-", "x-client-", "x-cluster-client", "x-proxyuser", "x-envoy-", "cf-",
    ]

    private static func isForwarding(_ name: String) -> Bool {
        forwardingHeaders.contains(name) || forwardingPrefixes.contains { name.hasPrefix($0) }
    }

    /// `nil` when the request may pass, or when this is no development mode.
    static func refusal(of request: AuthRequest, _ configuration: Configuration) -> Denial? {
        guard configuration.development != nil else { return nil }
        if let peer = request.peer, !peer.isLoopback {
            return Denial(.forwarded, "development mode answers this machine only")
        }
        if request.headers.contains(where: { isForwarding($0.name.canonicalName) }) {
            return Denial(.forwarded, "development mode does not work behind a proxy")
        }
        guard let host = request.authority, isOwn(host, configuration.origin) else {
            return Denial(.foreignHost, "the Host is not \(configuration.origin.authority)")
        }
        return nil
    }

    /// The configured authority, or a loopback address with the same port.
    static func isOwn(_ host: String, _ origin: Origin) -> Bool {
        guard let asked = Origin("\(origin.scheme.rawValue)://\(host)") else { return false }
        return asked == origin
            || (asked.port == origin.port && ["localhost", "127.0.0.1", "[::1]"].contains(asked.host))
    }
}

extension Exchange {
    /// 403 in plain words: whoever meets this set something up that development mode is not for.
    func refuse(_ denial: Denial) async -> AuthResponse {
        report(Incident(denial), isRefusal: true)
        let text = "Refused: \(denial.reason). Run `moongate serve` without --dev to serve others.\n"
        return AuthResponse(
            status: .forbidden, headers: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
