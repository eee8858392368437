import MoongateTokens

/// `at_hash`: the left half of the access token's digest (OpenID Connect Core 3.1.3.6).
enum AccessTokenHash {
    /// The hash is the one inside the id_token's signature algorithm: SHA-256, and SHA-512 for Ed25519.
    static func of(_ accessToken: String, _ algorithm: JWSAlgorithm) -> String {
        let bytes = Array(accessToken.utf8)
        let digest =
            switch algorithm {
            case .RS256, .ES256: SHA256.hash(bytes)
            case .EdDSA: SHA512.hash(bytes)
            }
        return Base64URL.encode(Array(digest.prefix(digest.count / 2)))
    }
}
