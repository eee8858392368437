import HTTPTypes
import Moongate
import MoongateTokens

/// Reads the header fields that a script wants sent, secrets among them. This is where a secret's value is looked up,
/// and from here it goes into the request and nowhere else.
struct HTTPHeaderReader {
    let secrets: OwnerSecrets

    private static let mostFields = 64
    private static let longestValue = 8_192
    /// Framing, routing and the connection are the fetcher's own.
    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "keep-alive", "expect",
        "accept-encoding", "proxy-authorization", "proxy-connection", "http2-settings",
    ]

    func read(_ options: HostOptions, into call: inout HTTPCall) throws(HostRefusal) {
        try readFields(options["headers"], into: &call)
        try readBearer(options["bearer"], into: &call)
        try readBasic(options["basic"], into: &call)
    }

    private func readFields(_ value: JSONValue?, into call: inout HTTPCall) throws(HostRefusal) {
        let fields: [String: JSONValue]
        switch value {
        case nil: return
        case .array(let items)? where items.isEmpty: return
        case .object(let own)? where SecretHandle(value) == nil: fields = own
        default: throw .raise("http: headers are a table with names")
        }
        guard fields.count <= Self.mostFields else { throw .raise("http: more than \(Self.mostFields) headers") }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard let fieldName = HTTPField.Name(name), name.utf8.count <= 256 else {
                throw .raise("http: \(name.debugDescription) is no name for a header")
            }
            guard !Self.reserved.contains(fieldName.canonicalName) else {
                throw .raise("http: the header \(name) is the host's to set")
            }
            guard call.headers[fieldName] == nil else { throw .raise("http: the header \(name) is there twice") }
            let text = try self.text(value, of: name)
            try set(fieldName, text.value, isSecret: text.isSecret, in: &call)
        }
    }

    private func readBearer(_ value: JSONValue?, into call: inout HTTPCall) throws(HostRefusal) {
        guard let value else { return }
        let token = try part(value, of: "bearer")
        try setAuthorization("Bearer \(token.value)", token.isSecret, in: &call)
    }

    /// RFC 7617: the user's name holds no colon.
    private func readBasic(_ value: JSONValue?, into call: inout HTTPCall) throws(HostRefusal) {
        guard let value else { return }
        guard let pair = value.arrayValue, pair.count == 2, case .string(let user) = pair[0],
            !user.utf8.contains(UInt8(ascii: ":"))
        else { throw .raise("http: basic is { \"user\", password }, the user without a colon") }
        let password = try part(pair[1], of: "basic")
        let credentials = Base64.encode(Array("\(user):\(password.value)".utf8))
        if let handle = SecretHandle(pair[1]) { secrets.learn(credentials, madeOf: handle) }
        try setAuthorization("Basic \(credentials)", password.isSecret, in: &call)
    }

    private func setAuthorization(_ value: String, _ isSecret: Bool, in call: inout HTTPCall) throws(HostRefusal) {
        guard call.headers[.authorization] == nil else {
            throw .raise("http: bearer, basic and the header Authorization exclude each other")
        }
        try set(.authorization, value, isSecret: isSecret, in: &call)
    }

    private func set(
        _ name: HTTPField.Name, _ value: String, isSecret: Bool, in call: inout HTTPCall
    ) throws(HostRefusal) {
        guard value.utf8.count <= Self.longestValue, HTTPField.isValidValue(value) else {
            throw .raise("http: the header \(name.rawName) is too long, or holds a line end or a control character")
        }
        call.headers[name] = value
        if isSecret { call.secretFields.insert(name) }
    }

    /// One part, or a list of parts that stand one after the other.
    private func text(_ value: JSONValue, of name: String) throws(HostRefusal) -> (value: String, isSecret: Bool) {
        guard case .array(let parts) = value else { return try part(value, of: name) }
        var whole = (value: "", isSecret: false)
        for value in parts {
            let next = try part(value, of: name)
            whole.value += next.value
            whole.isSecret = whole.isSecret || next.isSecret
        }
        return whole
    }

    private func part(_ value: JSONValue, of name: String) throws(HostRefusal) -> (value: String, isSecret: Bool) {
        switch value {
        case .string(let text): return (text, false)
        case .integer(let number): return (String(number), false)
        default:
            guard let handle = SecretHandle(value) else {
                throw .raise("http: \(name) is made of strings and secrets")
            }
            let bytes = try secrets.value(handle).bytes
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .failure("secret.unreadable", "\(handle.name) is not text")
            }
            return (text, true)
        }
    }
}
