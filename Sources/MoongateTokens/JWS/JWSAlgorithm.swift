/// Signature algorithms that are accepted (RFC 7518, 3.1; RFC 8037). No other exists here: nothing symmetric and no
/// `none`.
public enum JWSAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case RS256
    /// ECDSA over P-256 with SHA-256.
    case ES256
    /// Ed25519.
    case EdDSA

    /// By the name in a header or a key; `Ed25519` (RFC 9864) is another name of EdDSA.
    init?(name: String) {
        if name == "Ed25519" { self = .EdDSA } else { self.init(rawValue: name) }
    }
}
