import CJSON

/// Payloads of tokens as bytes: canonical JSON objects, changed without building a tree.
public struct TokenPayload {
    /// The claims with `iat`, `exp` and `jti` set, whatever was there before, in canonical form.
    ///
    /// - Parameters:
    ///   - claims: A JSON object that has passed the parser.
    ///   - iat: Issued at, seconds since 1970.
    ///   - exp: Expires, seconds since 1970.
    ///   - jti: The token's own name; a fresh UUID.
    /// - Throws: ``TokenError`` with code ``TokenError/Code/badClaims`` when `claims` is not such an object.
    public static func stamped(_ claims: [UInt8], iat: Int64, exp: Int64, jti: String) throws -> [UInt8] {
        try setting(["exp": .integer(exp), "iat": .integer(iat), "jti": .string(jti)], in: claims)
    }

    /// The object in canonical form: keys in byte order, no white space, shortest numbers.
    public static func canonical(_ object: [UInt8]) throws -> [UInt8] { try setting([:], in: object) }

    /// The object with some top-level members set, or taken out where the value is nil, in canonical form.
    public static func setting(_ members: [String: JSONValue?], in object: [UInt8]) throws -> [UInt8] {
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let keys = sorted.map { Array($0.key.utf8CString) }
        let values = sorted.map { $0.value?.canonicalBytes() }
        var overrides: [cj_member] = []
        return try borrow(keys, values, at: 0, into: &overrides) { try write(object, $0) }
    }

    /// Nests the borrowed pointers, one member a level: there are a handful.
    private static func borrow<Result>(
        _ keys: [[CChar]], _ values: [[UInt8]?], at index: Int, into members: inout [cj_member],
        _ body: ([cj_member]) throws -> Result
    ) throws -> Result {
        guard index < keys.count else { return try body(members) }
        return try keys[index].withUnsafeBufferPointer { key in
            guard let value = values[index] else {
                members.append(cj_member(key: key.baseAddress, value: cj_span(bytes: nil, length: 0)))
                return try borrow(keys, values, at: index + 1, into: &members, body)
            }
            return try value.withUnsafeBufferPointer { value in
                let span = cj_span(bytes: value.baseAddress, length: value.count)
                members.append(cj_member(key: key.baseAddress, value: span))
                return try borrow(keys, values, at: index + 1, into: &members, body)
            }
        }
    }

    private static func write(_ object: [UInt8], _ members: [cj_member]) throws -> [UInt8] {
        var buffer = cj_buffer()
        cj_buffer_init(&buffer, Int.max)
        defer { cj_buffer_free(&buffer) }
        var status = CJ_OK
        guard cj_canonical(&buffer, object, object.count, members, members.count, &status) else {
            throw TokenError(.badClaims, "not a JSON object")
        }
        return Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.length))
    }
}
