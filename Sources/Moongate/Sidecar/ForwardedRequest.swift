import HTTPTypes

/// The request that a proxy asks about at `{basePath}/verify`, read from the header fields in which proxies tell it.
///
/// There are two families of fields. What nginx, HAProxy and Apache are set up to send is `X-Original-Method` with either
/// `X-Original-URL` (absolute) or `X-Original-URI` and `Host`; what Caddy and Traefik send by themselves is
/// `X-Forwarded-Method`, `X-Forwarded-Host` and `X-Forwarded-Uri`. A family whose URI is there has to be complete, and
/// whatever else of both is there has to agree: a client may have sent one through a proxy that sets the other.
struct ForwardedRequest: Sendable {
    /// Which fields told the request, and with them what the proxy can do with an answer.
    enum Family: Sendable, Equatable { case original, forwarded }

    let family: Family
    /// In the form that rules are matched on.
    let canonical: CanonicalRequest
    /// Where the client wanted to go: absolute, not checked.
    let url: String

    /// Reads the fields of a request from a trusted peer.
    /// - Throws: ``Denial`` with `verify.fields` for fields that contradict each other, and with `request.method`,
    ///   `request.host` or `request.target` for what is missing or not canonical.
    init(_ request: AuthRequest, _ configuration: Configuration) throws(Denial) {
        let fields = try ForwardedFields(request.headers)
        let original = try fields.original(host: request.authority)
        let forwarded = try fields.forwarded()
        guard let told = original ?? forwarded else {
            throw Denial(
                .requestTarget,
                "the proxy does not say what was asked for: it has to set X-Original-URL or X-Forwarded-Uri")
        }
        let address = ClientAddress.known(request, trusted: configuration.trustedProxies)
        canonical = try CanonicalRequest(method: told.method, host: told.host, target: told.target, ip: address)
        try fields.requireAgreement(told, host: canonical.host)
        if let forwarded { try Self.requireEqual(told, forwarded, host: canonical.host) }
        family = original == nil ? .forwarded : .original
        url = Self.url(told, host: canonical.host, configuration.origin)
    }

    /// Both families are there, so they have to say the same.
    private static func requireEqual(
        _ told: ForwardedFields.Told, _ other: ForwardedFields.Told, host: String
    ) throws(Denial) {
        guard told.method == other.method else { throw ForwardedFields.disagreement("method") }
        guard told.target == other.target else { throw ForwardedFields.disagreement("target") }
        guard CanonicalHost.name(of: other.host) == host else { throw ForwardedFields.disagreement("host") }
    }

    /// The site's own origin where the proxy names its host without a port; else what the proxy says.
    private static func url(_ told: ForwardedFields.Told, host: String, _ origin: Origin) -> String {
        if host == origin.host, told.host.utf8.count == host.utf8.count { return origin.description + told.target }
        return "\((told.scheme ?? origin.scheme).rawValue)://\(told.host)\(told.target)"
    }
}
