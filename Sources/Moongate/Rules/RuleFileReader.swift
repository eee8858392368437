import MoongateTokens

/// Reads one file of rules: every mistake is reported with its place, and reading goes on.
struct RuleFileReader {
    let source: RuleSource
    let problems = ConfigurationProblems()
    private(set) var networks: [String: [NetworkRange]] = [:]
    private(set) var readable = ReadableClaims([])

    static let keys = ["claims", "default", "forbid", "hosts", "inject", "networks", "roles", "routes", "tests"]

    init(_ source: RuleSource) { self.source = source }

    /// The file, as far as it can be read, and what is wrong with it.
    mutating func read() -> (file: RuleFile, failures: [ScriptFailure]) {
        var file = RuleFile(name: source.name)
        if let table = ConfigurationTable(source.value, path: "", problems: problems) {
            table.allow(Self.keys)
            readable = readClaims(table)
            networks = readNetworks(table)
            file.readable = readable
            file.hosts = readHosts(table)
            for (path, header) in readInject(table) {
                file.injected.append(header)
                file.injectedPlaces[header.name] = place(path, id: header.name)
            }
            file.roles = readRoles(table)
            for role in file.roles.keys { file.rolePlaces[role] = place("roles.\(role)", id: role) }
            file.fallback = verdict(table, "default", allowed: RuleVerdict.kinds).map {
                ($0, place("default", id: "default"))
            }
            file.forbids = entries(table, "forbid").compactMap { readForbid($0) }
            file.routes = entries(table, "routes").compactMap { readRoute($0) }
            file.tests = entries(table, "tests").compactMap { readTest($0, hosts: file.hosts) }
        }
        return (file, problems.errors.map(failure))
    }

    /// Of mistakes that every table may hold, as rule files call them.
    private static let codes = [
        "config.conflict": "rules.conflict", "config.missing": "rules.missing", "config.type": "rules.type",
        "config.unknownKey": "rules.unknownKey", "config.value": "rules.value",
    ]

    private func failure(_ problem: ConfigurationProblem) -> ScriptFailure {
        ScriptFailure(
            code: Self.codes[problem.code] ?? problem.code, message: problem.description, script: source.name,
            line: source.line(problem.path))
    }

    func place(_ path: String, id: String) -> RulePlace {
        RulePlace(id: id, file: source.name, line: source.line(path))
    }

    func entries(_ table: ConfigurationTable, _ key: String) -> [ConfigurationTable] {
        (table.list(key) ?? []).compactMap { ConfigurationTable($0.value, path: $0.path, problems: problems) }
    }

    /// A verdict of the host's making, of one of these kinds.
    func verdict(_ table: ConfigurationTable, _ key: String, allowed: [String]) -> RuleVerdict? {
        guard let value = table[key] else { return nil }
        if let members = value.objectValue, members.count == 1, let (name, payload) = members.first,
            name.hasPrefix("@"), allowed.contains(String(name.dropFirst())),
            let verdict = RuleVerdict(kind: String(name.dropFirst()), payload: payload)
        {
            return verdict
        }
        let list = allowed.map { "\($0){ … }" }.joined(separator: ", ")
        problems.add("config.type", table.path(key), "expected \(list), got \(value.luaTypeName)")
        return nil
    }

    /// A function of the file.
    func function(_ table: ConfigurationTable, _ key: String) -> RuleFunction? {
        guard let value = table[key] else { return nil }
        guard let place = value["@function"], let reference = source.function(place) else {
            problems.add("config.type", table.path(key), "expected a function, got \(value.luaTypeName)")
            return nil
        }
        return RuleFunction(reference: reference, line: source.line(table.path(key)))
    }

    private func readClaims(_ table: ConfigurationTable) -> ReadableClaims {
        let names = table.strings("claims") ?? []
        for (path, name) in names where name.isEmpty || name.utf8.count > 256 {
            problems.add("config.value", path, "must be the name of a claim")
        }
        return ReadableClaims(names.map(\.text).filter { !$0.isEmpty })
    }

    private func readNetworks(_ table: ConfigurationTable) -> [String: [NetworkRange]] {
        guard let table = table.table("networks") else { return [:] }
        var networks: [String: [NetworkRange]] = [:]
        for name in table.members.keys.sorted() {
            let texts = table.strings(name) ?? []
            if texts.isEmpty, table[name] != nil {
                problems.add("config.value", table.path(name), "must list ranges like \"10.20.0.0/16\"")
            }
            networks[name] = texts.compactMap { path, text in
                guard let range = NetworkRange(text) else {
                    problems.add(
                        "config.value", path, "must be a range like \"10.0.0.0/8\", \"192.0.2.7/32\" or \"fd00::/8\"")
                    return nil
                }
                return range
            }
        }
        return networks
    }

    private func readHosts(_ table: ConfigurationTable) -> [HostPattern] {
        guard let texts = table.strings("hosts") else { return [] }
        if texts.isEmpty {
            problems.add("config.value", "hosts", "must name a host; leave it out for all hosts that no file names")
        }
        return texts.compactMap { path, text in
            guard let host = HostPattern(text) else {
                problems.add(
                    "config.value", path,
                    "must be a host like \"shop.example.com\" or \"*.example.com\", without a port")
                return nil
            }
            return host
        }
    }

    /// `{ admin = { "editor" } }`: who is an admin is an editor, too.
    private func readRoles(_ table: ConfigurationTable) -> [String: [String]] {
        guard let table = table.table("roles") else { return [:] }
        var roles: [String: [String]] = [:]
        for name in table.members.keys.sorted() { roles[name] = (table.strings(name) ?? []).map(\.text) }
        return roles
    }

    /// A list of names, or names with the claim whose value they get: `{ ["X-User-Id"] = "id" }`.
    private func readInject(_ table: ConfigurationTable) -> [(path: String, header: InjectedHeader)] {
        var found: [(path: String, header: InjectedHeader)] = []
        if case .object(let members)? = table["inject"], !members.isEmpty, members["@function"] == nil {
            for name in members.keys.sorted() {
                let path = "inject.\(name)"
                switch members[name] {
                case .string(let claim)?: found.append((path, InjectedHeader(name: name, claim: claim)))
                case .bool(false)?: found.append((path, InjectedHeader(name: name, claim: nil)))
                default:
                    problems.add(
                        "config.type", path, "expected the name of a claim, or false where only `decide` sets it")
                }
            }
        } else {
            found = (table.strings("inject") ?? []).map { ($0.path, InjectedHeader(name: $0.text, claim: nil)) }
        }
        var seen: Set<String> = []
        for (path, header) in found {
            if let refusal = Self.refusal(of: header.name) { problems.add("config.value", path, refusal) }
            if let claim = header.claim, !readable.names.contains(claim) {
                problems.add("config.value", path, "`\(claim)` is not named in `claims`")
            }
            if !seen.insert(InjectedHeader.key(header.name)).inserted {
                problems.add("config.conflict", path, "`\(header.name)` is named twice: `-` and `_` spell one name")
            }
        }
        return found
    }

    /// Fields that steer the connection or the session are nobody's to inject.
    private static let reservedFields: Set<String> = [
        "host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade",
        "keep-alive", "cookie", "set-cookie", "expect", "proxy-authorization", "proxy-connection", "forwarded",
        "cache-control", "content-encoding", "date", "location", "retry-after", "server", "vary", "www-authenticate",
        "x-auth-reason", "x-auth-redirect", "x-auth-rule", "x-auth-status", "x-moongate-generation", "x-request-id",
    ]
    private static let reservedBeginnings = ["x-forwarded-", "x-original-", "x-auth-set-cookie"]

    private static func refusal(of name: String) -> String? {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isLetterOrDigitByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard isName else { return "must be the name of a header field: letters, digits and `-`" }
        let key = InjectedHeader.key(name)
        if reservedFields.contains(key) || reservedBeginnings.contains(where: key.hasPrefix) {
            return "`\(name)` belongs to the connection, to the proxy or to our answer, and cannot be injected"
        }
        return nil
    }
}
