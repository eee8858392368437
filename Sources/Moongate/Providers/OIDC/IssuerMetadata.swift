import MoongateTokens

/// What we use of an issuer's metadata (OpenID Connect Discovery 3, RFC 8414), checked.
public struct IssuerMetadata: Sendable, Hashable {
    /// Byte-equal to the configured issuer.
    public let issuer: String
    /// Where the browser goes. May have a query of its own.
    public let authorizationEndpoint: String
    /// Where codes become tokens.
    public let tokenEndpoint: String
    /// Where the issuer's keys are.
    public let keysEndpoint: String
    /// Where more claims are, if anywhere.
    public let userinfoEndpoint: String?
    /// How id_tokens may be signed: the issuer's list and ours; RS256 where the issuer has none.
    public let idTokenAlgorithms: Set<JWSAlgorithm>
    /// Whether every good answer to an authorization request names the issuer (RFC 9207).
    public let namesItselfInResponses: Bool

    /// Where an issuer's metadata lies. A slash at the end of the issuer is not doubled (Discovery 4.1).
    static func url(issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Throws: ``Denial`` with `provider` when the document is not this issuer's or lacks what a sign-in needs.
    init(json: [UInt8], configuration: OIDCConfiguration) throws(Denial) {
        guard let document = (try? JSONValue(parsing: json))?.objectValue else {
            throw Denial(.provider, "the metadata is not a JSON object")
        }
        guard let named = document["issuer"]?.stringValue, named.isExactly(configuration.issuer) else {
            throw Denial(.provider, "the metadata names another issuer than \(configuration.issuer)")
        }
        let allowsHTTP = configuration.issuer.hasPrefix("http://")
        func endpoint(_ name: String) throws(Denial) -> String? {
            guard let value = document[name], value != .null else { return nil }
            guard let text = value.stringValue, Self.isEndpoint(text, allowsHTTP: allowsHTTP) else {
                throw Denial(.provider, "\(name) of the metadata is not a URL that may be used")
            }
            return text
        }
        func required(_ name: String) throws(Denial) -> String {
            guard let text = try endpoint(name) else { throw Denial(.provider, "the metadata has no \(name)") }
            return text
        }
        issuer = named
        authorizationEndpoint = try required("authorization_endpoint")
        tokenEndpoint = try required("token_endpoint")
        keysEndpoint = try required("jwks_uri")
        userinfoEndpoint = try endpoint("userinfo_endpoint")
        idTokenAlgorithms = Self.algorithms(document["id_token_signing_alg_values_supported"])
        namesItselfInResponses = document["authorization_response_iss_parameter_supported"]?.boolValue ?? false
        guard !AuthorizationRequest.namesReserved(inQueryOf: authorizationEndpoint) else {
            throw Denial(.provider, "authorization_endpoint of the metadata sets a parameter that is ours to set")
        }
    }

    private static func algorithms(_ value: JSONValue?) -> Set<JWSAlgorithm> {
        guard let names = value?.arrayValue else { return [.RS256] }
        return Set(
            names.compactMap { name in
                // RFC 9864's name for the only curve of EdDSA that we know.
                name.stringValue.flatMap { $0 == "Ed25519" ? .EdDSA : JWSAlgorithm(rawValue: $0) }
            })
    }

    /// Absolute, https (or http where the issuer itself is), printable ASCII, no user part, no fragment.
    private static func isEndpoint(_ text: String, allowsHTTP: Bool) -> Bool {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x23 }),
            let (origin, _) = Origin.prefix(of: Array(text.utf8))
        else { return false }
        return origin.scheme == .https || allowsHTTP
    }
}

extension OIDCConfiguration {
    /// Whether requests to this issuer may reach private addresses: as configured, and for an issuer on this machine.
    var reachesPrivateAddresses: Bool { allowsPrivateAddresses || isLoopbackIssuer }

    /// Whether the issuer may be used: https, or http where it is on this machine or private addresses are allowed.
    var hasUsableIssuer: Bool {
        guard let (origin, rest) = Origin.prefix(of: Array(issuer.utf8)) else { return false }
        guard !rest.contains(UInt8(ascii: "?")), !rest.contains(UInt8(ascii: "#")) else { return false }
        return origin.scheme == .https || reachesPrivateAddresses
    }

    private var isLoopbackIssuer: Bool { Origin.prefix(of: Array(issuer.utf8))?.origin.isLoopback ?? false }
}
