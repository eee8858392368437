import CTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The two ways of encrypting content that are accepted.
enum ContentCipher: Sendable { case a256cbcHS512, a256GCM }

extension SealingKeys {
    /// Which keys may open a token with this header, and how.
    ///
    /// The headers that these keys write are known by their bytes: the usual token costs no parsing.
    func choose(header: UnsafeBufferPointer<UInt8>) throws -> (keys: Range<Int>, cipher: ContentCipher) {
        if format == .current {
            for index in keys.indices where keys[index].wrote(header) { return (index..<index + 1, .a256cbcHS512) }
        }
        guard let header = SealedHeader(encoded: header) else {
            throw TokenError(.unreadable, "a header that is not accepted")
        }
        return (try candidates(for: header), header.cipher)
    }

    private func candidates(for header: SealedHeader) throws -> Range<Int> {
        if format == .version4 {
            guard header.cipher == .a256GCM, header.keyID == nil else {
                throw TokenError(.unreadable, "not a version 4 token")
            }
            return keys.indices
        }
        guard let keyID = header.keyID else { return 0..<1 }
        let index = keys.firstIndex { ($0.keyID(for: header.cipher)) == keyID }
        guard let index else { throw TokenError(.unreadable, "no secret has this key id") }
        return index..<index + 1
    }
}

extension SealingKey {
    /// Whether these are the bytes of the key's own header. As one block: byte by byte costs thirty times as much.
    fileprivate func wrote(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == header.count, let given = bytes.baseAddress else { return false }
        return header.withUnsafeBytes { own in own.baseAddress.map { memcmp($0, given, own.count) == 0 } ?? false }
    }

    func keyID(for cipher: ContentCipher) -> [UInt8] { cipher == .a256GCM ? shortKeyID : keyID }
}

/// What a protected header says, if it is one that is accepted.
struct SealedHeader {
    let cipher: ContentCipher
    let keyID: [UInt8]?

    /// Longer headers hold nothing that is accepted here.
    private static let maximumLength = 2048

    /// Parameters that would change what is decrypted, with what, or how much work it is; and those that bring keys.
    private static let refused: Set<String> = [
        "zip", "p2c", "p2s", "crit", "b64", "epk", "apu", "apv", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
        "iv", "tag",
    ]

    /// Nil unless `alg` is `dir`, `enc` is one of the two, and nothing refused is there. Duplicates are refused by the
    /// parser.
    init?(encoded: UnsafeBufferPointer<UInt8>) {
        guard encoded.count <= Self.maximumLength, let bytes = Base64URL.decode(encoded),
            let members = (try? JSONValue(parsing: bytes))?.objectValue,
            Self.refused.isDisjoint(with: members.keys), members["alg"] == "dir"
        else { return nil }
        switch members["enc"] {
        case "A256CBC-HS512": cipher = .a256cbcHS512
        case "A256GCM": cipher = .a256GCM
        default: return nil
        }
        switch members["kid"] {
        case nil: keyID = nil
        case .string(let name): keyID = Array(name.utf8)
        default: return nil
        }
    }
}
