import CTokens

/// Key derivation by HKDF with SHA-256 (RFC 5869).
public enum HKDF {
    /// Derives a key.
    ///
    /// - Parameters:
    ///   - info: What the key is for, at most 512 bytes.
    ///   - length: In bytes, 1 to 8,160.
    /// - Throws: ``TokenError`` with code ``TokenError/Code/cryptoUnavailable``, also beyond these limits.
    public static func sha256(secret: Secret, salt: [UInt8], info: [UInt8], length: Int) throws -> Secret {
        guard (1...8160).contains(length), info.count <= 512 else {
            throw TokenError(.cryptoUnavailable, "key derivation beyond its limits")
        }
        var key = [UInt8](repeating: 0, count: length)
        defer { key.withUnsafeMutableBytes { ct_wipe($0.baseAddress, $0.count) } }
        let derived = secret.withBytes { secret in
            salt.withUnsafeBytes { salt in
                info.withUnsafeBytes { info in
                    ct_hkdf_sha256(
                        secret.baseAddress, secret.count, salt.baseAddress, salt.count,
                        info.baseAddress, info.count, &key, length)
                }
            }
        }
        guard derived else { throw TokenError(.cryptoUnavailable, "OpenSSL derived no key") }
        return Secret(bytes: key)
    }
}
