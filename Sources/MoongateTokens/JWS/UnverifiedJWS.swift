import CJSON
import CTokens

/// A signed token (compact JWS, RFC 7515) that has been taken apart and not yet checked. Its payload is out of reach
/// until ``verify(_:with:allowed:)`` has seen the signature.
public struct UnverifiedJWS: Sendable {
    /// What the header says. Whether it is allowed is the verifier's decision.
    public let algorithm: JWSAlgorithm
    /// The header's `kid`: an opaque name, under the sender's control.
    public let keyID: String?
    /// The header's `typ`, as written.
    public let type: String?

    let signedBytes: [UInt8]
    let payload: [UInt8]
    let signature: [UInt8]

    /// Takes a token apart. Keys that a header brings along or points to (`jwk`, `jku`, `x5c`, …) are ignored.
    ///
    /// - Throws: ``TokenError``: ``TokenError/Code/tooLarge`` by length alone (16,384 characters),
    ///   ``TokenError/Code/algorithmRefused`` for any algorithm but the three, else ``TokenError/Code/malformed``.
    public init(compact: [UInt8]) throws {
        guard compact.count <= SealingKeys.maximumTokenLength else { throw SealingKeys.tooLarge }
        let parts = try Self.split(compact)
        let header = try Self.header(parts.header)
        guard let name = header["alg"]?.stringValue, let algorithm = JWSAlgorithm(name: name) else {
            throw TokenError(.algorithmRefused, "an algorithm that is not accepted")
        }
        // Only now: an unsigned token is refused for its algorithm, `none`.
        guard !parts.signature.isEmpty else { throw TokenError(.malformed, "no signature") }
        self.algorithm = algorithm
        keyID = try Self.text(header["kid"])
        type = try Self.text(header["typ"])
        payload = parts.payload
        signature = parts.signature
        signedBytes = parts.signed
    }

    /// Takes apart a token that is given as a string.
    public init(compact: String) throws {
        // Checked before the copy: a string of any length may come in.
        guard compact.utf8.count <= SealingKeys.maximumTokenLength else { throw SealingKeys.tooLarge }
        try self.init(compact: Array(compact.utf8))
    }

    private struct Parts { let header, payload, signature, signed: [UInt8] }

    private static func split(_ compact: [UInt8]) throws -> Parts {
        try compact.withUnsafeBufferPointer { token in
            try withUnsafeTemporaryAllocation(of: ct_span.self, capacity: 3) { parts in
                guard ct_split(token.baseAddress, token.count, parts.baseAddress, 3),
                    parts[0].length > 0, parts[1].length > 0,
                    let header = Base64URL.decode(UnsafeBufferPointer(parts[0])),
                    let payload = Base64URL.decode(UnsafeBufferPointer(parts[1])),
                    let signature = Base64URL.decode(UnsafeBufferPointer(parts[2]))
                else { throw TokenError(.malformed, "not three parts of base64url") }
                let signed = Array(token.prefix(parts[0].length + 1 + parts[1].length))
                return Parts(header: header, payload: payload, signature: signature, signed: signed)
            }
        }
    }

    /// `crit` and `b64` change what is signed, `zip` what is read: no token with them is accepted.
    private static func header(_ bytes: [UInt8]) throws -> [String: JSONValue] {
        guard let header = (try? JSONValue(parsing: bytes))?.objectValue else {
            throw TokenError(.malformed, "the header is not a JSON object")
        }
        for name in ["crit", "b64", "zip", "enc"] where header[name] != nil {
            throw TokenError(.malformed, "a header parameter that is not accepted")
        }
        return header
    }

    private static func text(_ value: JSONValue?) throws -> String? {
        guard let value else { return nil }
        guard let text = value.stringValue else { throw TokenError(.malformed, "kid or typ is not a string") }
        return text
    }
}

/// A signed token whose signature has been checked. Its claims have not: issuer, audience, times and nonce are the
/// caller's to check.
public struct VerifiedJWS: Sendable {
    /// The UTF-8 of one JSON object, checked.
    public let payload: [UInt8]
    /// How it was signed.
    public let algorithm: JWSAlgorithm
    /// The name of the key that signed it, if it has one.
    public let keyID: String?
    /// The header's `typ`, as written.
    public let type: String?
}
