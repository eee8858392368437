import MoongateTokens

/// The authorization request (OpenID Connect Core 3.1.2.1) as a URL for the browser.
///
/// Order, since later ones replace earlier ones of the same name: the endpoint's own query, what the protocol needs,
/// what is configured, what the browser asks for out of a closed list; and at the end state, nonce and the PKCE
/// challenge, which nothing replaces.
struct AuthorizationRequest: Sendable {
    let state: String?
    let nonce: String?
    let codeVerifier: String?
    private let parameters: [(name: String, value: String)]

    /// What a browser may ask for. Hints only: nothing that decides where the answer goes or what it is bound to.
    static let requestable: Set<String> = [
        "acr_values", "claims_locales", "connection", "display", "domain_hint", "hd", "kc_idp_hint", "login_hint",
        "max_age", "organization", "prompt", "screen_hint", "ui_locales",
    ]

    /// What is ours to set.
    static let reserved: Set<String> = [
        "client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "request", "request_uri",
        "response_type", "scope", "state",
    ]

    /// Longer values of a browser's parameters are left out.
    private static let maximumValueLength = 1_024

    init(
        configuration: OIDCConfiguration, redirectURI: String, requestParameters: [(String, String)], state: String?,
        nonce: String?, codeVerifier: String?
    ) {
        self.state = state
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", configuration.clientId), ("redirect_uri", redirectURI),
            ("scope", configuration.scope),
        ]
        func set(_ name: String, _ value: String) {
            if let index = parameters.firstIndex(where: { $0.name == name }) {
                parameters[index].value = value
            } else {
                parameters.append((name, value))
            }
        }
        for (name, value) in configuration.authorizationParameters where !Self.reserved.contains(name) {
            set(name, value)
        }
        for (name, value) in requestParameters
        where Self.requestable.contains(name) && value.utf8.count <= Self.maximumValueLength {
            set(name, value)
        }
        if let state { parameters.append(("state", state)) }
        if let nonce { parameters.append(("nonce", nonce)) }
        if let codeVerifier {
            parameters.append(("code_challenge", Base64URL.encode(SHA256.hash(codeVerifier))))
            parameters.append(("code_challenge_method", "S256"))
        }
        self.parameters = parameters
    }

    /// The URL, for an endpoint that was checked with the metadata. Its own query stays as it is (RFC 6749 section
    /// 3.1), except for names that are set here.
    func url(endpoint: String) -> String {
        let parts = endpoint.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let ours = Set(parameters.map(\.name))
        let kept = (parts.count == 2 ? parts[1] : "").split(separator: "&").filter { piece in
            let name = FormFields(urlEncoded: piece.utf8).pairs.first?.name ?? ""
            return !ours.contains(name)
        }
        let query = kept.map(String.init) + [FormEncoding.encode(parameters)]
        return parts[0] + "?" + query.joined(separator: "&")
    }

    /// Whether an endpoint's own query sets what is ours to set.
    static func namesReserved(inQueryOf endpoint: String) -> Bool {
        guard let mark = endpoint.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        let query = endpoint.utf8[endpoint.utf8.index(after: mark)...]
        return FormFields(urlEncoded: query).pairs.contains { reserved.contains($0.name) }
    }
}
