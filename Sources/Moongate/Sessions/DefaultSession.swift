/// What a client sees before any `session` hook (contract 4.2): `{user: {name, email, image}, expires}`. Fields that the
/// token does not have are absent, `null` stays `null`; the user's id is not exposed.
enum DefaultSession {
    private static let claims = RawObject.Names("email", "picture", "name")
    private static let names: [StaticString] = ["\"email\":", "\"image\":", "\"name\":"]

    /// From a token's payload, copying the values as they stand.
    static func make(token: [UInt8], expires: Timestamp) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(192)
        out += #"{"expires":""#.utf8
        out += expires.iso8601Bytes
        out += #"","user":{"#.utf8
        var isFirst = true
        RawObject.withValues(of: claims, in: token) { values in
            for (index, value) in values.enumerated() where value.bytes != nil {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                names[index].withUTF8Buffer { out += $0 }
                out += UnsafeBufferPointer(start: value.bytes, count: value.length)
            }
        }
        out += "}}".utf8
        return out
    }

    /// From a stored user.
    static func make(user: User, expires: Timestamp) -> [UInt8] {
        let fields: [String: JSONValue?] = [
            "name": user.name.map(JSONValue.string) ?? .null,
            "email": user.email.map(JSONValue.string) ?? .null,
            "image": user.image.map(JSONValue.string) ?? .null,
        ]
        return JSONValue.object([
            "user": .object(fields.compactMapValues { $0 }), "expires": .string(expires.iso8601),
        ]).canonicalBytes()
    }
}
