import Moongate

/// Which permissions an owner's code uses, as far as constants in it say, beside those that it has.
struct NeedsUsage {
    private var globals: Set<String> = []
    private var members: Set<String> = []
    private var texts: Set<String> = []
    private var hosts: [HTTPHostPermission] = []
    private var hasUnknownHost = false
    private var readsTokens = false
    /// Files that hear no event: those of the other hooks.
    private static let deaf = Set(HookName.allCases.filter { $0 != .events }.map { "scripts/\($0.rawValue).lua" })

    /// Notes what a file uses. What comes back is used and not allowed.
    mutating func add(
        _ facts: CodeFacts, _ file: CheckedFile, _ allowed: ScriptNeeds, _ needs: OwnerCheck.Needs
    ) -> [CheckProblem] {
        globals.formUnion(facts.reads.map(\.name))
        members.formUnion(facts.members.map(\.name))
        texts.formUnion(facts.texts)
        // An account that is encoded as a whole has its tokens in it, too.
        let mayRead =
            !AuthEvent.tokenNames.isDisjoint(with: facts.texts) || facts.members.contains { $0.name == "json.encode" }
        if mayRead, !Self.deaf.contains(file.source.name) { readsTokens = true }
        var problems: [CheckProblem] = []
        var counter = CodeFacts.UseCounter()
        for call in facts.calls {
            let number = counter.number(call.name, call.line)
            switch call.name {
            case "secret", "env":
                guard case .whole(let name)? = call.argument else { continue }
                let spot = LuaTokens.Spot(
                    name: name, role: .text, line: call.line, number: counter.number("\"\(name)", call.line))
                let (names, list) = call.name == "env" ? (allowed.env, "env") : (allowed.secrets, "secrets")
                problems += named(call, names, list, file, needs, at: spot)
            case "http.get", "http.post", "http.request", "http.put", "http.patch", "http.delete":
                let spot = LuaTokens.Spot(
                    name: String(call.name.dropFirst(5)), role: .member(of: "http"), line: call.line, number: number)
                problems += host(call, allowed.http, file, needs, at: spot)
            default: break
            }
        }
        return problems
    }

    private func named(
        _ call: CodeFacts.Call, _ names: [String], _ list: String, _ file: CheckedFile, _ needs: OwnerCheck.Needs,
        at spot: LuaTokens.Spot
    ) -> [CheckProblem] {
        let name = spot.name
        guard !names.isEmpty, !names.contains(name) else { return [] }
        let guess = NearestName.of(name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        return [
            file.problem(
                "needs.undeclared",
                "\(call.name) \"\(name)\" is not listed in \(needs.path).\(list) of \(needs.file)\(guess)",
                at: spot)
        ]
    }

    private mutating func host(
        _ call: CodeFacts.Call, _ allowed: [HTTPHostPermission], _ file: CheckedFile, _ needs: OwnerCheck.Needs,
        at spot: LuaTokens.Spot
    ) -> [CheckProblem] {
        guard let url = call.argument?.urlWithWholeHost, let host = HTTPHostPermission(url: url) else {
            hasUnknownHost = true
            return []
        }
        hosts.append(host)
        guard !allowed.isEmpty, !allowed.contains(where: { $0.covers(host, of: url) }) else { return [] }
        // Of a host that is listed for another port, only the port says what is wrong.
        let others = allowed.filter { $0.host == host.host }.map(\.description)
        let asked =
            others.isEmpty ? host : HTTPHostPermission(host: host.host, port: host.port ?? url.standardPort)
        let hint = others.isEmpty ? "" : "; it lists \(others.joined(separator: ", "))"
        return [
            file.problem(
                "needs.undeclared",
                "\(call.name) asks \(asked), which \(needs.path).http of \(needs.file) does not list\(hint)", at: spot)
        ]
    }

    /// Permissions that nothing asks for. They do no harm today, and are there for who comes tomorrow.
    func unused(_ needs: OwnerCheck.Needs) -> [CheckProblem] {
        let declared = needs.declared
        var unused: [(path: String, what: String)] = []
        for (index, host) in declared.http.enumerated() where !uses(host) {
            unused.append(("http[\(index + 1)]", "the host \(host)"))
        }
        for (index, name) in declared.secrets.enumerated() where !(globals.contains("secret") && texts.contains(name)) {
            unused.append(("secrets[\(index + 1)]", "the secret \(name)"))
        }
        for (index, name) in declared.env.enumerated() where !(globals.contains("env") && texts.contains(name)) {
            unused.append(("env[\(index + 1)]", "the variable \(name)"))
        }
        if declared.kv, !globals.contains("kv") { unused.append(("kv", "`kv`")) }
        if declared.users, !globals.contains("users") { unused.append(("users", "`users`")) }
        if declared.sharedCache, !members.contains("cache.shared") { unused.append(("sharedCache", "`cache.shared`")) }
        if declared.providerTokens, !readsTokens {
            unused.append(("providerTokens", "seeing the provider's tokens in events"))
        }
        return unused.map { path, what in
            let place = needs.places.place("\(needs.path).\(path)")
            return CheckProblem(
                .warning, code: "needs.unused", message: "\(what) is allowed, and nothing uses it", file: needs.file,
                line: place?.line, column: place?.column)
        }
    }

    /// Whether anything may ask this host: one that is named in a text, or a URL that is put together.
    private func uses(_ host: HTTPHostPermission) -> Bool {
        guard globals.contains("http") else { return false }
        return hasUnknownHost || hosts.contains { $0.host == host.host } || texts.contains { $0.contains(host.host) }
    }
}

extension HTTPHostPermission {
    /// A permission without a port is for the scheme's own.
    fileprivate func covers(_ asked: HTTPHostPermission, of url: String) -> Bool {
        host == asked.host && (port ?? url.standardPort) == (asked.port ?? url.standardPort)
    }
}

extension String {
    /// The port of a URL that names none.
    fileprivate var standardPort: UInt16 { lowercased().hasPrefix("https:") ? 443 : 80 }
}

extension CodeFacts.KnownText {
    /// A URL whose host is known, though not all of the rest may be: a beginning counts once a `/` follows the host.
    fileprivate var urlWithWholeHost: String? {
        switch self {
        case .whole(let text): return text
        case .beginning(let text):
            let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            return parts.count == 4 ? text : nil
        }
    }
}
