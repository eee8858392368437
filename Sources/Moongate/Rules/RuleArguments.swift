import CJSON
import MoongateTokens

/// The one table that `when` and `decide` are given.
package enum RuleArguments {
    /// Its fields; reading any other raises.
    package static let fields = [
        "authTime", "host", "ip", "method", "params", "path", "query", "rule", "signedIn", "user",
    ]

    private static let strict = HookCall.StrictTable(
        argument: nil, path: "c", reason: "there is no such field", fields: fields)

    /// For a query that servers read in different ways: a function that looks at it fails, and others do not notice.
    private static let strictWithoutQuery = HookCall.StrictTable(
        argument: nil, path: "c", reason: "cannot be read: servers would read this query in different ways",
        fields: fields.filter { $0 != "query" })

    static func call(_ request: CanonicalRequest, _ subject: RuleSubject, _ rule: Rule, now: Timestamp) -> HookCall {
        var arguments: [HookCall.Argument] = [
            .init("host", .json(text(request.host))),
            .init("method", .json(text(request.method))),
            .init("params", .json(params(request, rule))),
            .init("path", .json(text(String(request.rawPath)))),
            .init("rule", .json(text(rule.place.id))),
            .init("signedIn", .json(Array((subject.isSignedIn ? "true" : "false").utf8))),
            .init("user", .json(subject.user(rule.readable))),
        ]
        if let ip = request.ip { arguments.append(.init("ip", .json(text(ip)))) }
        if let time = subject.authTime { arguments.append(.init("authTime", .json(Array(String(time).utf8)))) }
        let query = query(request)
        if let query { arguments.append(.init("query", .json(query))) }
        var call = HookCall(arguments, subject: subject.subject.map(HookSubject.id))
        call.strict = [query == nil ? strictWithoutQuery : strict, rule.readable.strict, rule.strictParams]
        return call
    }

    private static func text(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        JSONText.append(text, to: &out)
        return out
    }

    private static func params(_ request: CanonicalRequest, _ rule: Rule) -> [UInt8] {
        guard let found = rule.pattern?.parameters(in: request.path), !found.isEmpty else { return Array("{}".utf8) }
        return JSONValue.object(Dictionary(uniqueKeysWithValues: found.map { ($0.name, .string($0.value)) }))
            .canonicalBytes()
    }

    /// A name that stands more than once is a list, so that nobody reads the one and a server behind the other. `nil` where
    /// that could happen still: with a `;`, at which some servers split, with more names than are read here, with bytes
    /// that are no text, with control characters, where some servers cut, with names that are too long for a key, and with
    /// names that differ only to whoever looks at bytes (`K` and the Kelvin sign), or that PHP takes for one.
    private static func query(_ request: CanonicalRequest) -> [UInt8]? {
        let raw = request.rawQuery.utf8
        guard !raw.isEmpty else { return Array("{}".utf8) }
        guard !raw.contains(UInt8(ascii: ";")),
            raw.lazy.filter({ $0 == UInt8(ascii: "&") }).count < FormFields.maximumPairs
        else { return nil }
        var members: [String: JSONValue] = [:]
        var spellings: [String: String] = [:]
        let fields = FormFields(urlEncoded: raw)
        guard fields.isText else { return nil }
        for (name, value) in fields.pairs where !name.isEmpty {
            guard name.utf8.count <= Int(CJ_MAX_KEY), isPlain(name), hasPlainBrackets(name), !value.utf8.contains(0)
            else {
                return nil
            }
            let variable = variable(name)
            guard
                spellings.updateValue(variable.spelling, forKey: variable.name) ?? variable.spelling
                    == variable.spelling
            else { return nil }
            if let known = members.index(forKey: name), !members[known].key.utf8.elementsEqual(name.utf8) { return nil }
            switch members[name] {
            case nil: members[name] = .string(value)
            case .array(let items)?: members[name] = .array(items + [.string(value)])
            case let first?: members[name] = .array([first, .string(value)])
            }
        }
        return JSONValue.object(members).canonicalBytes()
    }

    private static func isPlain(_ name: String) -> Bool { !name.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

    /// `a`, `a[]`, `a[b][c]`: whatever else has brackets is another name to each server.
    private static func hasPlainBrackets(_ name: String) -> Bool {
        var isInside = false
        var mayGoOn = true
        for (index, byte) in name.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "["):
                guard !isInside, index > 0 else { return false }
                isInside = true
            case UInt8(ascii: "]"):
                guard isInside else { return false }
                isInside = false
                mayGoOn = false
            default: guard isInside || mayGoOn else { return false }
            }
        }
        return !isInside
    }

    /// The variable that PHP makes of a name, and how the name spells it: `a.b`, `a b` and ` a_b` are `a_b`, and what
    /// stands in brackets is an element of it.
    private static func variable(_ name: String) -> (name: String, spelling: String) {
        let own = name.utf8.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: "[") }
        let mapped = own.map { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 }
        let isElement = name.utf8.contains(UInt8(ascii: "["))
        return (String(decoding: mapped, as: UTF8.self), isElement ? "\(Substring(own))[" : name)
    }
}
