import COpenSSL
import MoongateTokens

/// `at_hash`: the left half of the access token's digest (OpenID Connect Core 3.1.3.6).
enum AccessTokenHash {
    /// The hash is the one inside the id_token's signature algorithm: SHA-256, and SHA-512 for Ed25519.
    static func of(_ accessToken: String, _ algorithm: JWSAlgorithm) -> String? {
        let bytes = Array(accessToken.utf8)
        let digest: [UInt8]? =
            switch algorithm {
            case .RS256, .ES256: SHA256.hash(bytes)
            case .EdDSA: sha512(bytes)
            }
        return digest.map { Base64URL.encode(Array($0.prefix($0.count / 2))) }
    }

    private static func sha512(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 64)
        var length = 0
        guard EVP_Q_digest(nil, "SHA512", nil, bytes, bytes.count, &digest, &length) == 1, length == 64 else {
            return nil
        }
        return digest
    }
}
