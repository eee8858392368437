import CTokens

/// Bytes from OpenSSL's generator.
///
/// - Throws: ``TokenError`` with code ``TokenError/Code/cryptoUnavailable`` when it has none to give. Never fewer
///   bytes, never weaker ones.
public func randomBytes(_ count: Int) throws -> [UInt8] {
    guard count > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
        guard ct_random(buffer.baseAddress, count) else {
            throw TokenError(.cryptoUnavailable, "the random source failed")
        }
        written = count
    }
}

/// A UUID of version 4 (RFC 9562) in its usual lower-case form, from 16 random bytes.
///
/// - Throws: ``TokenError`` as ``randomBytes(_:)`` does.
public func uuidV4() throws -> String { uuidV4(from: try randomBytes(16)) }

/// A UUID of version 4 from given bytes: only the first 16 count, and missing ones are zero.
public func uuidV4(from random: [UInt8]) -> String {
    var bytes = Array(random.prefix(16))
    while bytes.count < 16 { bytes.append(0) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return String(unsafeUninitializedCapacity: 36) { text in
        var place = 0
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            text[place] = Hex.digit(byte >> 4)
            text[place + 1] = Hex.digit(byte & 15)
            place += 2
        }
        return place
    }
}
