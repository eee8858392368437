import CJSON
import MoongateTokens

/// Who asks, as rules see them: the claims of the token after the `jwt` hooks, or (strategy `database`) the session's
/// `user` after the `session` hooks. Read as raw members; nothing is decoded that no rule wants.
struct RuleSubject: Sendable {
    /// A JSON object; `nil` when nobody is signed in.
    let claims: [UInt8]?
    /// The user's id, where it does not stand in the claims as `sub` or `id`.
    var id: String?

    static let nobody = RuleSubject(claims: nil)

    init(claims: [UInt8]?, id: String? = nil) {
        self.claims = claims
        self.id = id
    }

    /// The `user` of a session that a row of the database stands for.
    init(session: [UInt8], id: String) {
        let user = RawObject.withValues(of: Self.userNames, in: session) { values in
            values[0].bytes.map { Array(UnsafeBufferPointer(start: $0, count: values[0].length)) }
        }
        self.init(claims: user?.first == UInt8(ascii: "{") ? user : Array("{}".utf8), id: id)
    }

    var isSignedIn: Bool { claims != nil }

    private static let roleNames = RawObject.Names("role", "roles")
    private static let scopeNames = RawObject.Names("scope", "scopes")
    private static let timeNames = RawObject.Names("auth_time")
    private static let userNames = RawObject.Names("user")
    private static let idNames = RawObject.Names("sub", "id")

    /// `roles` (a list of strings, or one) and `role` (a string).
    var roles: [String] { strings(Self.roleNames) { [$0] } }

    /// `scope` (RFC 8693 section 4.2: names with blanks between) and `scopes` (a list).
    var scopes: [String] { strings(Self.scopeNames) { $0.split(separator: " ").map(String.init) } }

    /// When the user last signed in, in seconds since 1970.
    var authTime: Int64? {
        guard let claims else { return nil }
        return RawObject.withValues(of: Self.timeNames, in: claims) { RawObject.integer($0[0]) }
    }

    private func strings(_ names: RawObject.Names, _ split: (String) -> [String]) -> [String] {
        guard let claims else { return [] }
        return RawObject.withValues(of: names, in: claims) { values in
            values.reduce(into: []) { found, value in
                guard value.bytes != nil else { return }
                if let plain = RawObject.plainString(value) {
                    found += split(plain)
                    return
                }
                if let plain = RawObject.plainStrings(value) {
                    found += plain
                    return
                }
                switch Self.parsed(value) {
                case .string(let text)?: found += split(text)
                case .array(let items)?: found += items.compactMap(\.stringValue)
                default: break
                }
            }
        }
    }

    /// A null is absent in a script's tables, and may be left out here: `user` never goes back.
    private static func isThere(_ value: cj_span) -> Bool {
        guard let bytes = value.bytes else { return false }
        return value.length != 4 || bytes[0] != UInt8(ascii: "n")
    }

    private static func parsed(_ value: cj_span) -> JSONValue? {
        try? JSONValue(parsing: UnsafeBufferPointer(start: value.bytes, count: value.length))
    }

    /// The `user` of a rule function, as JSON: what the file may read and the user has. Roles are always a list.
    func user(_ readable: ReadableClaims) -> [UInt8] {
        guard let claims else { return Array("{}".utf8) }
        var out: [UInt8] = []
        out.reserveCapacity(256)
        out.append(contentsOf: #"{"roles":["#.utf8)
        for (index, role) in roles.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(role, to: &out)
        }
        out.append(UInt8(ascii: "]"))
        if let id = subject {
            out.append(contentsOf: #","id":"#.utf8)
            JSONText.append(id, to: &out)
        }
        readable.claims.withValues(in: claims) { values in
            for (name, value) in zip(readable.names, values)
            where name != "id" && name != "roles" && Self.isThere(value) {
                out.append(UInt8(ascii: ","))
                JSONText.append(name, to: &out)
                out.append(UInt8(ascii: ":"))
                out += UnsafeBufferPointer(start: value.bytes, count: value.length)
            }
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// The user's id: `sub` of a token, `id` of a stored user.
    var subject: String? {
        if let id { return id }
        guard let claims else { return nil }
        return RawObject.withValues(of: Self.idNames, in: claims) { values in
            for value in values where value.bytes != nil {
                if let plain = RawObject.plainString(value) { return plain }
                switch Self.parsed(value) {
                case .string(let text)?: return text
                case .integer(let number)?: return String(number)
                default: continue
                }
            }
            return nil
        }
    }

    /// The values of injected headers that are claims: text, a number, `true`, or a list of such with commas between; `nil`
    /// for a header that is none, and where the user has no such claim.
    /// - Parameter names: The claims of all of these headers.
    func headerValues(of headers: [InjectedHeader], _ names: ClaimNames) -> [String?] {
        guard let claims, !names.names.isEmpty else { return headers.map { _ in nil } }
        return names.withValues(in: claims) { values in
            headers.map { header in
                switch header.claim {
                case nil: nil
                case "id": subject.map(HeaderValue.encode)
                case "roles": HeaderValue.list(roles)
                case let claim?:
                    names.names.firstIndex(of: claim).flatMap { Self.parsed(values[$0]) }.flatMap(HeaderValue.text)
                }
            }
        }
    }
}

/// Values of header fields that the engine writes for whoever stands behind.
enum HeaderValue {
    /// 4 KiB.
    static let longest = 4096

    /// Visible ASCII and blanks within stay; everything else, and `%`, is percent-encoded as UTF-8 (RFC 3986 section 2.1),
    /// so that neither a line break nor a charset can change what is read.
    static func encode(_ text: String) -> String { encode(text, alsoComma: false) }

    /// Items with commas between; a comma within one is encoded, so that no item passes for two.
    static func list(_ items: [String]) -> String {
        items.map { encode($0, alsoComma: true) }.joined(separator: ",")
    }

    private static func encode(_ text: String, alsoComma: Bool) -> String {
        let bytes = Array(text.utf8)
        func stays(_ index: Int) -> Bool {
            switch bytes[index] {
            case UInt8(ascii: "%"): false
            case UInt8(ascii: ","): !alsoComma
            // Blanks around a value are nobody's (RFC 9110 section 5.5).
            case 0x20: index > 0 && index < bytes.count - 1
            case 0x21...0x7E: true
            default: false
            }
        }
        guard !bytes.indices.allSatisfy(stays) else { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for index in bytes.indices {
            let byte = bytes[index]
            out += stays(index) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .array(let items): list(items.compactMap(plain))
        default: plain(value).map(encode)
        }
    }

    private static func plain(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .number, .object, .array: nil
        }
    }
}

extension Sequence<String> {
    /// Whether a text is there, byte for byte: to `==` a Kelvin sign is a K.
    func containsBytes(of text: String) -> Bool { contains { $0.utf8.elementsEqual(text.utf8) } }
}
