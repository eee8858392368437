import CJSON
import CTokens

/// Seals payloads into encrypted tokens and opens them again: compact JWE (RFC 7516) with a shared key, `dir`.
///
/// One object has one purpose: the salt goes into every key, so a token sealed for one purpose does not open for
/// another. Writes A256CBC-HS512 under the first secret, exactly as Auth.js v5 does; reads that and A256GCM under any of the
/// secrets. May be used by many threads at once; they share a small stock of cipher contexts.
public final class SealingKeys: Sendable {
    /// No token longer than this is read or made, in characters.
    public static let maximumTokenLength = Int(CT_MAX_TOKEN)

    /// What is read, and whether anything is written.
    enum Format: Sendable { case current, version4 }

    let keys: [SealingKey]
    let format: Format
    private let sealers: SealerStock

    /// Derives a key from each secret: HKDF-SHA256, 64 bytes, with Auth.js's label for this salt.
    ///
    /// - Parameters:
    ///   - secrets: The first one writes, all of them read. Any length but zero: how long a secret must be is the
    ///     configuration's decision.
    ///   - salt: The purpose; for a cookie its own name. At most 256 bytes.
    /// - Throws: ``TokenError`` with code ``TokenError/Code/badSecret``.
    public convenience init(secrets: [Secret], salt: String) throws {
        let label = "Auth.js Generated Encryption Key (\(salt))"
        try self.init(secrets: secrets, salt: salt, label: label, format: .current)
    }

    /// Keys that read session tokens of NextAuth v4 and write nothing: A256GCM without `kid`, an empty salt.
    ///
    /// Such a token names no key, so all secrets are tried, in order. Check tokens of v4 that were sealed with an empty
    /// salt open as well: the caller tells them apart by their claims.
    public static func version4(secrets: [Secret]) throws -> SealingKeys {
        try SealingKeys(secrets: secrets, salt: "", label: "NextAuth.js Generated Encryption Key", format: .version4)
    }

    private init(secrets: [Secret], salt: String, label: String, format: Format) throws {
        guard !secrets.isEmpty, !secrets.contains(where: \.isEmpty) else {
            throw TokenError(.badSecret, "no secret, or an empty one")
        }
        keys = try secrets.map { secret in
            let bytes = try HKDF.sha256(secret: secret, salt: Array(salt.utf8), info: Array(label.utf8), length: 64)
            return SealingKey(bytes)
        }
        self.format = format
        sealers = SealerStock(keys: keys)
    }

    /// Seals a payload under the first secret, with a fresh random IV.
    ///
    /// - Parameter payload: The UTF-8 of a JSON object. It is not looked at.
    /// - Returns: The token, ASCII.
    /// - Throws: ``TokenError``: ``TokenError/Code/tooLarge``, ``TokenError/Code/readOnly`` or
    ///   ``TokenError/Code/cryptoUnavailable``.
    public func seal(_ payload: [UInt8]) throws -> [UInt8] {
        try payload.withUnsafeBufferPointer { try seal($0, iv: nil) }
    }

    /// Seals borrowed bytes.
    public func seal(_ payload: UnsafeBufferPointer<UInt8>) throws -> [UInt8] { try seal(payload, iv: nil) }

    /// With an IV of the caller's: for published vectors. Sealing twice with one IV gives plaintext away.
    func seal(_ payload: UnsafeBufferPointer<UInt8>, iv: [UInt8]?) throws -> [UInt8] {
        guard format == .current else { throw TokenError(.readOnly, "these keys only read") }
        let header = keys[0].header
        guard payload.count <= Self.maximumTokenLength else { throw Self.tooLarge }
        let length = ct_sealed_length(header.count, payload.count)
        guard length <= Self.maximumTokenLength else { throw Self.tooLarge }
        precondition(iv == nil || iv?.count == 16, "an IV has 16 bytes")
        return try sealers.lend { sealer in
            try [UInt8](unsafeUninitializedCapacity: length) { out, written in
                let sealed = header.withUnsafeBufferPointer { header in
                    ct_seal(sealer, ct_span(header), iv, ct_span(payload), out.baseAddress)
                }
                guard sealed else { throw TokenError(.cryptoUnavailable, "OpenSSL sealed nothing") }
                written = length
            }
        }
    }

    /// Opens a token and gives back its payload: the UTF-8 of one JSON object, checked.
    ///
    /// Times are not looked at: see ``TokenTimes``.
    ///
    /// - Throws: ``TokenError``: ``TokenError/Code/tooLarge`` by length alone, ``TokenError/Code/unreadable`` for
    ///   everything else, whatever the cause.
    public func open(_ token: [UInt8]) throws -> [UInt8] { try token.withUnsafeBufferPointer { try open($0) } }

    /// Opens a token in borrowed bytes.
    public func open(_ token: UnsafeBufferPointer<UInt8>) throws -> [UInt8] {
        let payload = try decrypt(token)
        var type = CJ_END
        guard cj_check(payload, payload.count, &type) == CJ_OK, type == CJ_OBJECT_BEGIN else { throw Self.noObject }
        return payload
    }

    /// Opens a token and finds members of its payload in the same pass that checks it.
    ///
    /// - Parameters:
    ///   - names: NUL-terminated.
    ///   - body: Is given the payload and the raw value of each name, empty and without an address where it is absent; they
    ///     last as long as the call.
    /// - Throws: As ``open(_:)-([UInt8])``, and what `body` does.
    package func open<Result>(
        _ token: [UInt8], finding names: [UnsafePointer<CChar>?],
        _ body: ([UInt8], UnsafeMutableBufferPointer<cj_span>) throws -> Result
    ) throws -> Result {
        let payload = try token.withUnsafeBufferPointer { try decrypt($0) }
        return try withUnsafeTemporaryAllocation(of: cj_span.self, capacity: names.count) { values in
            values.initialize(repeating: cj_span())
            return try payload.withUnsafeBufferPointer { bytes in
                guard cj_check_finding(bytes.baseAddress, bytes.count, names, values.baseAddress, names.count) == CJ_OK
                else { throw Self.noObject }
                return try body(payload, values)
            }
        }
    }

    private func decrypt(_ token: UnsafeBufferPointer<UInt8>) throws -> [UInt8] {
        guard token.count <= Self.maximumTokenLength else { throw Self.tooLarge }
        return try withUnsafeTemporaryAllocation(of: ct_span.self, capacity: 5) { parts in
            guard ct_split(token.baseAddress, token.count, parts.baseAddress, 5) else {
                throw TokenError(.unreadable, "not five parts")
            }
            return try payload(of: UnsafeBufferPointer(parts))
        }
    }

    private func payload(of parts: UnsafeBufferPointer<ct_span>) throws -> [UInt8] {
        let (candidates, cipher) = try choose(header: UnsafeBufferPointer(parts[0]))
        return try sealers.lend { sealer in
            for key in candidates {
                var length = -1
                let payload = [UInt8](unsafeUninitializedCapacity: parts[3].length / 4 * 3 + 3) { out, written in
                    length =
                        cipher == .a256cbcHS512
                        ? ct_open_cbc(sealer, key, parts.baseAddress, out.baseAddress)
                        : ct_open_gcm(sealer, key, parts.baseAddress, out.baseAddress)
                    written = max(length, 0)
                }
                if length >= 0 { return payload }
            }
            throw TokenError(.unreadable, "it does not open under these keys")
        }
    }

    private static let noObject = TokenError(.unreadable, "the payload is not a JSON object")
    static let tooLarge = TokenError(.tooLarge, "longer than \(maximumTokenLength) characters")
}

extension ct_span {
    init(_ buffer: UnsafeBufferPointer<UInt8>) { self.init(bytes: buffer.baseAddress, length: buffer.count) }
}

extension UnsafeBufferPointer<UInt8> {
    init(_ span: ct_span) { self.init(start: span.bytes, count: span.length) }
}
