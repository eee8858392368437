import MoongateTokens

/// `tests`: what the file itself says must come out, tried at every reload.
extension RuleFileReader {
    static let testKeys = [
        "allow", "as", "authAge", "deny", "error", "host", "ip", "login", "name", "redirect", "request", "stepUp",
    ]
    private static let outcomes = ["allow", "deny", "error", "login", "redirect", "stepUp"]

    func readTest(_ table: ConfigurationTable, hosts: [HostPattern]) -> RuleTest? {
        table.allow(Self.testKeys)
        guard let text = table.nonEmptyString("request") else {
            if table["request"] == nil {
                problems.add(
                    "config.missing", table.path("request"), "a test needs a request, as in \"GET /static/a.css\"")
            }
            return nil
        }
        guard let expected = readExpectation(table) else { return nil }
        let name = table.nonEmptyString("name") ?? text
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            problems.add("config.value", table.path("request"), "must be a method and a target, as in \"GET /account\"")
            return nil
        }
        let host = table.nonEmptyString("host") ?? hosts.first.map { $0.isWildcard ? "x.\($0.name)" : $0.name }
        let method = String(parts[0])
        let target = String(parts[1])
        let ip = table.nonEmptyString("ip")
        let request = Result { () throws(Denial) in
            try CanonicalRequest(method: method, host: host ?? "localhost", target: target, ip: ip)
        }
        guard checkAnswerable(table, target, ip, request) else { return nil }
        return RuleTest(
            name: name, place: place(table.path, id: name), request: request, user: readUser(table),
            expected: expected, authAge: table.integer("authAge", in: 0...31_536_000))
    }

    /// Reports a request that no client could send, and says whether it is none. What no client says is denied, and a test of it would hold
    /// whatever the rules are; a path that is not canonical is a fine thing to test.
    private func checkAnswerable(
        _ table: ConfigurationTable, _ target: String, _ ip: String?, _ request: Result<CanonicalRequest, Denial>
    ) -> Bool {
        func refuse(_ key: String, _ sentence: String) -> Bool {
            problems.add("config.value", table.path(key), sentence)
            return false
        }
        if case .failure(let denial) = request {
            switch denial.code {
            case .requestMethod: return refuse("request", "\(denial.reason): write it as in \"GET /account\"")
            case .requestHost: return refuse("host", "must be a host like \"shop.example.com\"")
            default: break
            }
        }
        guard target.hasPrefix("/"), !target.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return refuse("request", "must have a path that begins with \"/\", as in \"GET /account\"") }
        if let ip, !NetworkRange.isAddress(ip) {
            return refuse("ip", "must be an address like \"192.0.2.7\" or \"2001:db8::7\"")
        }
        if table["authAge"] != nil, table["as"] == nil {
            return refuse("authAge", "is the age of a sign-in, and nobody is signed in: add `as`")
        }
        return true
    }

    private func readUser(_ table: ConfigurationTable) -> Claims? {
        switch table["as"] {
        case nil: return nil
        case .object(let members)?: return Claims(members)
        case .array(let items)? where items.isEmpty: return Claims()
        case let value?:
            problems.add(
                "config.type", table.path("as"), "expected a table of the user's claims, got \(value.luaTypeName)")
            return nil
        }
    }

    private func readExpectation(_ table: ConfigurationTable) -> RuleTest.Expectation? {
        let given = Self.outcomes.filter { table[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = table[kind] else {
            problems.add(
                "config.value", table.path,
                "must say what comes out, once: allow, deny, login, redirect, stepUp or error, as in `allow = true`")
            return nil
        }
        switch (kind, value) {
        case (_, .bool(true)): return RuleTest.Expectation(kind: kind, detail: nil)
        case ("deny", .integer), ("stepUp", .integer), ("redirect", .string), ("login", .string):
            return RuleTest.Expectation(kind: kind, detail: value)
        case (_, .bool(false)):
            problems.add(
                "config.value", table.path(kind),
                "says what does not come out; write what does, as in \(kind == "allow" ? "`deny = true`" : "`allow = true`")"
            )
            return nil
        default:
            problems.add("config.type", table.path(kind), "expected true, got \(value.luaTypeName)")
            return nil
        }
    }
}
