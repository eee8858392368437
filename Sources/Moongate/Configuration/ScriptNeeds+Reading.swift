/// Permissions as a table says them: `scripts.needs` in config.lua, `needs` in a plugin's manifest.
extension ScriptNeeds {
    /// A host that a setting of type `url` names: `"$endpoint"` in the list of hosts.
    package struct HostSetting: Sendable, Equatable {
        package let path: String
        package let name: String
    }

    /// The permissions of a table, and the settings that it takes further hosts from. Mistakes go to its problems.
    package static func read(_ table: ConfigurationTable) -> (ScriptNeeds, [HostSetting]) {
        var needs = ScriptNeeds()
        var settings: [HostSetting] = []
        table.allow(["http", "secrets", "env", "kv", "users", "sharedCache", "providerTokens"])
        for (path, text) in table.strings("http") ?? [] {
            if text.hasPrefix("$") {
                settings.append(HostSetting(path: path, name: String(text.dropFirst())))
            } else if let host = HTTPHostPermission(text) {
                needs.http.append(host)
            } else {
                table.problems.add(
                    "config.value", path,
                    "must be a host with or without a port, like \"hr.internal\" or \"127.0.0.1:8080\": no scheme, no path, "
                        + "no wildcard")
            }
        }
        needs.secrets = readNames(table, "secrets")
        needs.env = readNames(table, "env")
        needs.kv = table.bool("kv") ?? false
        needs.users = table.bool("users") ?? false
        needs.sharedCache = table.bool("sharedCache") ?? false
        needs.providerTokens = table.bool("providerTokens") ?? false
        return (needs, settings)
    }

    private static func readNames(_ table: ConfigurationTable, _ key: String) -> [String] {
        (table.strings(key) ?? []).compactMap { path, name in
            if ConfigurationParser.isVariableName(name) { return name }
            table.problems.add("config.value", path, "a name is made of letters, digits and `_`, at most 128 of them")
            return nil
        }
    }

    /// Permissions for what the engine consumes itself, which nobody else is given.
    package func refusals(of reserved: Set<String>, path: String) -> [ConfigurationProblem] {
        let lists = [("secrets", secrets), ("env", env)]
        return lists.flatMap { key, names in
            names.enumerated().filter { reserved.contains($0.element) }.map { index, name in
                ConfigurationProblem(
                    code: "config.conflict", path: "\(path).\(key)[\(index + 1)]",
                    sentence: "\(name) is read by the configuration itself and never given to scripts")
            }
        }
    }
}

extension HTTPHostPermission {
    /// Reads `host` or `host:port`; an IPv6 address stands in brackets. `nil` for anything else.
    public init?(_ text: String) {
        guard let (origin, rest) = Origin.prefix(of: Array("https://\(text)".utf8)), rest.isEmpty else { return nil }
        let isBracketed = origin.host.hasPrefix("[")
        let name = isBracketed ? String(origin.host.dropFirst().dropLast()) : origin.host
        // Only an explicit port is a restriction, the default one written out too.
        let isExplicit = text.utf8.count > origin.host.utf8.count
        self.init(host: name, port: isExplicit ? origin.port : nil)
    }

    /// The host and the port that a URL goes to; `nil` when it is no `http` or `https` URL.
    package init?(url: String) {
        guard let (origin, _) = Origin.prefix(of: Array(url.utf8)) else { return nil }
        let name = origin.host.hasPrefix("[") ? String(origin.host.dropFirst().dropLast()) : origin.host
        self.init(host: name, port: origin.port)
    }
}
