/// What a client sees before any `session` hook (contract 4.2): `{user: {name, email, image}, expires}`. Fields that the
/// token does not have are absent, `null` stays `null`; the user's id is not exposed.
enum DefaultSession {
    /// From a token's payload, copying the values as they stand.
    static func make(token: [UInt8], expires: Timestamp) -> [UInt8] {
        let spans = RawObject.find(["email", "picture", "name"], in: token)
        var out: [UInt8] = []
        out.reserveCapacity(192)
        out += #"{"expires":""#.utf8
        out += expires.iso8601Bytes
        out += #"","user":{"#.utf8
        var isFirst = true
        for (name, span) in zip(["\"email\":", "\"image\":", "\"name\":"] as [StaticString], spans) {
            guard let span else { continue }
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            name.withUTF8Buffer { out += $0 }
            out += token[span]
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
