import CTokens

/// A public key that checks signatures of one algorithm.
///
/// Unchecked: OpenSSL's key is not changed after it was made, and checking signatures with one from several threads is
/// allowed (each check has its own context).
public final class VerificationKey: @unchecked Sendable {
    /// The key's name in its set.
    public let keyID: String?
    /// The only algorithm it is used with.
    public let algorithm: JWSAlgorithm

    private let key: OpaquePointer

    private init(keyID: String?, algorithm: JWSAlgorithm, key: OpaquePointer) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.key = key
    }

    deinit { ct_key_free(key) }

    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        signature.withUnsafeBufferPointer { signature in
            message.withUnsafeBufferPointer { message in
                switch algorithm {
                case .RS256: ct_verify_rs256(key, ct_span(message), ct_span(signature))
                case .ES256: ct_verify_es256(key, ct_span(message), ct_span(signature))
                case .EdDSA: ct_verify_ed25519(key, ct_span(message), ct_span(signature))
                }
            }
        }
    }
}

extension VerificationKey {
    /// Nil under 2,048 or over 8,192 bits, for an exponent that is even, 1 or over 64 bits, and for moduli of the ROCA
    /// flaw (CVE-2017-15361).
    static func rsa(keyID: String?, modulus: [UInt8], exponent: [UInt8]) -> VerificationKey? {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard let top = modulus.first, let last = exponent.last else { return nil }
        let bits = modulus.count * 8 - top.leadingZeroBitCount
        guard (2048...8192).contains(bits), exponent.count <= 8, last % 2 == 1, exponent != [1],
            !WeakModulus.isROCA(modulus),
            let key = ct_key_rsa(modulus, modulus.count, exponent, exponent.count)
        else { return nil }
        return VerificationKey(keyID: keyID, algorithm: .RS256, key: key)
    }

    /// Nil unless both are 32 bytes and the point is on the curve.
    static func p256(keyID: String?, x: [UInt8], y: [UInt8]) -> VerificationKey? {
        guard x.count == 32, y.count == 32, let key = ct_key_p256(x, y) else { return nil }
        return VerificationKey(keyID: keyID, algorithm: .ES256, key: key)
    }

    /// Nil unless it has 32 bytes.
    static func ed25519(keyID: String?, bytes: [UInt8]) -> VerificationKey? {
        guard bytes.count == 32, let key = ct_key_ed25519(bytes) else { return nil }
        return VerificationKey(keyID: keyID, algorithm: .EdDSA, key: key)
    }
}

/// Recognises RSA moduli whose primes were made by a faulty chip: modulo small primes they are all powers of 65537.
enum WeakModulus {
    private static let primes: [Int] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

    static func isROCA(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let remainder = modulus.reduce(0) { ($0 << 8 | Int($1)) % prime }
            return isPower(remainder, modulo: prime)
        }
    }

    private static func isPower(_ value: Int, modulo prime: Int) -> Bool {
        var power = 1
        repeat {
            if power == value { return true }
            power = power * 65537 % prime
        } while power != 1
        return false
    }
}
