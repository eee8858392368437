import CTokens

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The 32 bytes of the digest.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { input in
            digest(count: 32) { ct_sha256(input.baseAddress, input.count, $0) }
        }
    }

    /// The digest of a string's UTF-8.
    public static func hash(_ string: String) -> [UInt8] { hash(Array(string.utf8)) }
}

/// SHA-512 (FIPS 180-4): for key thumbprints and for what Ed25519 hashes.
public enum SHA512 {
    /// The 64 bytes of the digest.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { input in
            digest(count: 64) { ct_sha512(input.baseAddress, input.count, $0) }
        }
    }
}

/// HMAC with SHA-256 (RFC 2104), 32 bytes.
public func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
    key.withUnsafeBytes { key in
        message.withUnsafeBytes { message in
            digest(count: 32) { ct_hmac_sha256(key.baseAddress, key.count, message.baseAddress, message.count, $0) }
        }
    }
}

/// HMAC with SHA-256 (RFC 2104) under a secret, 32 bytes.
public func hmacSHA256(key: Secret, message: [UInt8]) -> [UInt8] {
    key.withBytes { key in
        message.withUnsafeBytes { message in
            digest(count: 32) { ct_hmac_sha256(key.baseAddress, key.count, message.baseAddress, message.count, $0) }
        }
    }
}

/// Whether two byte strings are the same. Takes the same time wherever they differ; their lengths are not hidden.
public func constantTimeEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count, !one.isEmpty else { return one.count == other.count }
    return one.withUnsafeBytes { a in other.withUnsafeBytes { b in ct_equal(a.baseAddress, b.baseAddress, a.count) } }
}

/// Whether two strings have the same UTF-8 (canonically equivalent ones differ), in constant time for equal lengths.
public func constantTimeEqual(_ one: String, _ other: String) -> Bool {
    constantTimeEqual(Array(one.utf8), Array(other.utf8))
}

/// An OpenSSL without SHA-2 is not one this program can run on; going on without digests would not be safe either.
private func digest(count: Int, _ fill: (UnsafeMutablePointer<UInt8>?) -> Bool) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { out, written in
        precondition(fill(out.baseAddress), "OpenSSL provides no SHA-2")
        written = count
    }
}
