import HTTPTypes

/// An answer as the bytes that go out: what is left for the server are the framing fields.
package struct ImmediateAnswer: Sendable {
    /// `200`, …
    package let status: HTTPResponse.Status
    /// Header fields, each with its line end.
    package let fields: [UInt8]
    /// The body.
    package let body: [UInt8]

    /// Any answer.
    init(_ response: AuthResponse, id: String) {
        status = response.status
        body = response.body
        var fields: [UInt8] = []
        for field in response.headers { Self.append(field.name.rawName, field.value, to: &fields) }
        Self.append("x-request-id", id, to: &fields)
        self.fields = fields
    }

    /// A session that was read.
    init(session body: [UInt8], cookies: [SetCookie], id: String, generation: String?) {
        status = .ok
        self.body = body
        var fields: [UInt8] = []
        fields.reserveCapacity(cookies.reduce(256) { $0 + $1.name.utf8.count + $1.value.utf8.count + 128 })
        Self.privateJSON.withUTF8Buffer { fields += $0 }
        for cookie in cookies {
            Self.setCookie.withUTF8Buffer { fields += $0 }
            cookie.appendFieldValue(to: &fields)
            fields += Self.lineEnd
        }
        Self.append("x-request-id", id, to: &fields)
        if let generation { Self.append("x-moongate-generation", generation, to: &fields) }
        self.fields = fields
    }

    private static let setCookie: StaticString = "Set-Cookie: "
    private static let privateJSON: StaticString = """
        Content-Type: application/json\r
        Cache-Control: private, no-cache, no-store\r
        Expires: 0\r
        pragma: no-cache\r
        Vary: Cookie\r\n
        """
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    private static func append(_ name: String, _ value: String, to fields: inout [UInt8]) {
        fields += name.utf8
        fields += [0x3A, 0x20]
        fields += value.utf8
        fields += lineEnd
    }
}
