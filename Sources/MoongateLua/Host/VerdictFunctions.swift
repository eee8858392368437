import LuaHost
import Moongate
import MoongateTokens

/// What rules say: `allow`, `deny`, `login`, `redirect`, `stepUp`. Only the host makes a verdict, so no table that a script
/// got from elsewhere can pass for one. Each is checked where it is made: a wrong one raises there.
extension HostFunction {
    /// Of the site's own scripts: plugins have no rules, and find only ``deny``.
    static let verdicts = [allow, login, redirect, stepUp]

    /// `allow{ headers = { ["X-User-Id"] = "7" } }`: headers for the server behind, which `inject` has to name.
    static let allow = verdict("allow", fields: ["headers"]) { members in
        var headers: [String: JSONValue] = [:]
        switch members["headers"] {
        case nil: break
        case .object(let given)?:
            guard given.count <= 64 else { return .raise("allow sets at most 64 headers") }
            for (name, value) in given.sorted(by: { $0.key < $1.key }) {
                guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isFieldNameByte) else {
                    return .raise("allow: a header's name is made of letters, digits, `-` and `_`")
                }
                guard case .string(let text) = value else {
                    return .raise("allow: the header \(name) is a string, not \(value.luaTypeName); use tostring()")
                }
                guard text.utf8.count <= 4096, !text.utf8.contains(where: isControl) else {
                    return .raise(
                        "allow: the header \(name) is at most 4096 bytes without line breaks or control characters")
                }
                headers[name] = value
            }
        case .array(let items)? where items.isEmpty: break
        case let value?: return .raise("allow: headers is a table of names and strings, not \(value.luaTypeName)")
        }
        return .handle(kind: "allow", payload: JSONValue.object(["headers": .object(headers)]).canonicalBytes())
    }

    /// `login{ provider = "corp" }`: sign in first.
    static let login = verdict("login", fields: ["provider"]) { members in
        guard let provider = members["provider"] else { return .handle(kind: "login", payload: Array("{}".utf8)) }
        guard case .string(let id) = provider, (1...64).contains(id.utf8.count) else {
            return .raise("login's provider is the id of a provider, a string")
        }
        return .handle(kind: "login", payload: JSONValue.object(["provider": provider]).canonicalBytes())
    }

    /// `redirect{ to = "/why", status = 303 }`: go there instead; the one redirect check looks at it.
    static let redirect = verdict("redirect", fields: ["status", "to"]) { members in
        guard case .string(let url)? = members["to"], (1...2048).contains(url.utf8.count),
            !url.utf8.contains(where: isControl)
        else { return .raise("redirect takes a URL, as in redirect{ to = \"/why\" }") }
        let status = members["status"] ?? 302
        guard status == 302 || status == 303 else { return .raise("redirect's status is 302 or 303") }
        return .handle(
            kind: "redirect", payload: JSONValue.object(["to": .string(url), "status": status]).canonicalBytes())
    }

    /// `stepUp{ maxAge = 300 }`: sign in again, unless that was so many seconds ago or less.
    static let stepUp = verdict("stepUp", fields: ["maxAge"]) { members in
        guard case .integer(let seconds)? = members["maxAge"], (1...31_536_000).contains(seconds) else {
            return .raise("stepUp takes seconds, as in stepUp{ maxAge = 300 }: a whole number, at least 1")
        }
        return .handle(kind: "stepUp", payload: JSONValue.object(["maxAge": .integer(seconds)]).canonicalBytes())
    }

    /// A function of one table with these fields; a `nil` among them counts as absent.
    static func verdict(
        _ name: String, fields: [String], _ body: @escaping @Sendable ([String: JSONValue]) -> HostAnswer
    ) -> HostFunction {
        .immediate(name) { bytes in
            let arguments = HostArguments(bytes)
            guard arguments.count <= 1 else { return .raise("\(name) takes one table") }
            var members: [String: JSONValue] = [:]
            switch arguments[0] {
            case nil, .null?: break
            case .object(let own)?: members = own
            case .array(let items)? where items.isEmpty: break
            default: return .raise("\(name) takes a table, as in \(name){ \(fields[0]) = … }")
            }
            if let unknown = members.keys.sorted().first(where: { !fields.contains($0) }) {
                let hint = NearestName.of(unknown, among: fields).map { "; did you mean `\($0)`?" } ?? ""
                return .raise("\(name) knows \(fields.joined(separator: " and ")), not \(unknown)\(hint)")
            }
            return body(members.filter { $0.value != .null })
        }
    }

    private static func isFieldNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
