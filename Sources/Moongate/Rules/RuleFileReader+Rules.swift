import MoongateTokens

/// `routes` and `forbid`.
extension RuleFileReader {
    static let routeKeys = [
        "decide", "id", "login", "maxAge", "methods", "network", "path", "public", "roles", "scopes", "when",
    ]
    static let forbidKeys = ["deny", "id", "methods", "network", "path", "when"]

    func readRoute(_ table: ConfigurationTable) -> Rule? {
        table.allow(Self.routeKeys)
        guard let pattern = readPattern(table) else {
            if table["path"] == nil {
                problems.add("config.missing", table.path("path"), "a route needs a path, as in \"/account/**\"")
            }
            return nil
        }
        let access = readAccess(table)
        return Rule(
            place: place(table.path, id: readID(table) ?? pattern.text), pattern: pattern, methods: readMethods(table),
            network: readNetwork(table), access: access, when: function(table, "when"),
            decide: function(table, "decide"), readable: readable)
    }

    func readForbid(_ table: ConfigurationTable) -> Rule? {
        table.allow(Self.forbidKeys)
        let pattern = readPattern(table)
        let when = function(table, "when")
        let methods = readMethods(table)
        let network = readNetwork(table)
        if pattern == nil, when == nil, methods == nil, network == nil {
            if table.members.keys.allSatisfy({ $0 == "id" || $0 == "deny" }) {
                problems.add(
                    "config.missing", table.path,
                    "forbids everything; say what, with path, methods, network or when")
            }
            return nil
        }
        return Rule(
            place: place(table.path, id: readID(table) ?? table.path), pattern: pattern, methods: methods,
            network: network, when: when, denial: verdict(table, "deny", allowed: ["deny"]), readable: readable)
    }

    private func readID(_ table: ConfigurationTable) -> String? {
        guard let id = table.nonEmptyString("id") else { return nil }
        guard id.utf8.count <= 64, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            problems.add("config.value", table.path("id"), "an id has at most 64 visible characters")
            return nil
        }
        return id
    }

    private func readPattern(_ table: ConfigurationTable) -> PathPattern? {
        guard let text = table.string("path") else { return nil }
        do {
            return try PathPattern(text)
        } catch {
            problems.add("rules.path", table.path("path"), error.sentence)
            return nil
        }
    }

    private func readMethods(_ table: ConfigurationTable) -> Set<String>? {
        guard let texts = table.strings("methods") else { return nil }
        if texts.isEmpty {
            problems.add("rules.unreachable", table.path("methods"), "lists no method, so nothing ever matches")
        }
        for (path, text) in texts {
            if text.isEmpty || !text.utf8.allSatisfy({ $0.isCapitalLetter || $0 == UInt8(ascii: "-") }) {
                problems.add("config.value", path, "must be a method in capital letters, as in \"GET\"")
            } else if let meant = Self.misspelt(text) {
                problems.add("config.value", path, "there is no method \(text); did you mean \(meant)?")
            }
        }
        return Set(texts.map(\.text))
    }

    /// Registered methods (RFC 9110, WebDAV and its extensions) and two that are in wide use (LIST, PURGE): a route of one that nobody sends denies nothing and allows
    /// nothing, without a word.
    private static let registeredMethods = [
        "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LABEL",
        "LINK", "LIST", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE",
        "OPTIONS",
        "ORDERPATCH", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "QUERY", "REBIND", "REPORT", "SEARCH",
        "TRACE", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
    ]

    /// The method of everyday use that was probably meant; `nil` for methods that exist, and for inventions.
    private static func misspelt(_ method: String) -> String? {
        guard !registeredMethods.contains(method), method.utf8.count > 2 else { return nil }
        let meant = NearestName.of(
            method, among: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"],
            within: 1)
        // Another letter makes another word (BATCH); letters that are missing, too many or out of place are a slip.
        return meant.flatMap { $0.utf8.count != method.utf8.count || $0.sorted() == method.sorted() ? $0 : nil }
    }

    private func readNetwork(_ table: ConfigurationTable) -> NetworkCondition? {
        guard let text = table.nonEmptyString("network") else { return nil }
        let isNegated = text.hasPrefix("!")
        let name = isNegated ? String(text.dropFirst()) : text
        guard let ranges = networks[name] else {
            let hint = NearestName.of(name, among: networks.keys.sorted()).map { "; did you mean `\($0)`?" } ?? ""
            problems.add("config.value", table.path("network"), "`\(name)` is not in `networks`\(hint)")
            return nil
        }
        return NetworkCondition(name: name, ranges: ranges, isNegated: isNegated)
    }

    /// A route says who may use it: `public = true`, or `login = true`, or conditions that need a user.
    private func readAccess(_ table: ConfigurationTable) -> Rule.Access {
        var access = Rule.Access()
        access.isPublic = table.bool("public") ?? false
        let needsLogin = table.bool("login")
        if let roles = readRoleCondition(table) { (access.anyRole, access.allRoles) = roles }
        access.scopes = readScopes(table)
        if case .string? = table["maxAge"] {
            problems.add("config.type", table.path("maxAge"), "expected a number of seconds, as in 900")
        } else {
            access.maxAge = table.integer("maxAge", in: 1...31_536_000)
        }
        let hasConditions = ["roles", "scopes", "maxAge"].contains { table[$0] != nil }
        if access.isPublic, needsLogin == true || hasConditions {
            problems.add(
                "config.conflict", table.path("public"),
                "is public and asks for a user (login, roles, scopes or maxAge): take one away")
        }
        if needsLogin == false {
            problems.add("config.value", table.path("login"), "write `public = true` for what needs no user")
        }
        if table["public"] == .bool(false) {
            problems.add("config.value", table.path("public"), "write `login = true` for what needs a user")
        }
        if !access.isPublic, needsLogin != true, !hasConditions, table["public"] == nil, table["login"] == nil {
            problems.add(
                "config.missing", table.path,
                "does not say who may use it: add `public = true`, `login = true`, roles, scopes or maxAge")
        }
        return access
    }

    private func readScopes(_ table: ConfigurationTable) -> [String] {
        if case .object(let members)? = table["scopes"], !members.isEmpty {
            problems.add(
                "config.type", table.path("scopes"), "write `scopes = { \"orders:read\" }`: each of them is needed")
            return []
        }
        guard let scopes = table.strings("scopes") else { return [] }
        if scopes.isEmpty { problems.add("config.value", table.path("scopes"), "must list a scope") }
        for (path, scope) in scopes where scope.isEmpty || scope.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            problems.add("config.value", path, "must be one scope (RFC 6749 section 3.3)")
        }
        return scopes.map(\.text)
    }

    private func readRoleCondition(_ table: ConfigurationTable) -> (any: [String]?, all: [String])? {
        guard let value = table["roles"] else { return nil }
        if case .array(let items) = value, !items.isEmpty {
            problems.add(
                "config.type", table.path("roles"), "write `roles = { any = { … } }` or `roles = { all = { … } }`")
            return nil
        }
        guard let roles = table.table("roles") else { return nil }
        roles.allow(["all", "any"])
        let any = roles.strings("any")?.map(\.text)
        let all = roles.strings("all")?.map(\.text) ?? []
        if any?.isEmpty == true {
            problems.add("rules.unreachable", roles.path("any"), "lists no role, so nobody may use it")
        }
        if any == nil, all.isEmpty, roles["all"] == nil || roles["all"]?.arrayValue?.isEmpty == true {
            problems.add("config.value", roles.path, "must list roles in `any` or `all`")
        }
        return (any, all)
    }
}
