/// What can only be wrong with rule files together: routes that cross, routes that nothing reaches, names used twice.
struct RuleCheck {
    private let files: [RuleFile]
    private var found: [ScriptFailure] = []
    /// Which files speak of a host; `nil` for all others.
    let filesByHost: [HostPattern?: [RuleFile]]
    /// Of all files.
    private(set) var roles: [String: [String]] = [:]

    init(_ files: [RuleFile]) {
        self.files = files
        var byHost: [HostPattern?: [RuleFile]] = [:]
        for file in files {
            if file.hosts.isEmpty { byHost[nil, default: []].append(file) }
            for host in Set(file.hosts) { byHost[host, default: []].append(file) }
        }
        filesByHost = byHost
    }

    /// Every mistake, each with the place of the later rule and the earlier one named in words.
    mutating func failures() -> [ScriptFailure] {
        checkNames()
        checkMethods()
        checkRoles()
        checkInjected()
        checkDefaults()
        var told: Set<[RulePlace]> = []
        for host in filesByHost.keys.sorted(by: { ($0?.text ?? "") < ($1?.text ?? "") }) {
            checkHost(host, filesByHost[host] ?? [], &told)
        }
        checkUnreachable()
        return found
    }

    private mutating func add(_ code: String, at place: RulePlace, _ message: String) {
        found.append(ScriptFailure(code: code, message: message, script: place.file, line: place.line))
    }

    private mutating func checkNames() {
        var seen: [String: RulePlace] = [:]
        for rule in files.flatMap({ $0.forbids + $0.routes }) {
            guard rule.isNamed else { continue }
            if let first = seen[rule.place.id] {
                add("rules.id", at: rule.place, "the id `\(rule.place.id)` is used already: \(first)")
            } else {
                seen[rule.place.id] = rule.place
            }
        }
    }

    /// Each method of its own is a bit of a word.
    private mutating func checkMethods() {
        var seen: Set<String> = []
        for rule in files.flatMap(\.routes) {
            seen.formUnion(rule.methods ?? [])
            guard seen.count > RuleRouter.mostMethods else { continue }
            return add(
                "rules.value", at: rule.place,
                "\(rule.place.id): there are more than \(RuleRouter.mostMethods) different methods in all rules")
        }
    }

    private mutating func checkRoles() {
        var owner: [String: RulePlace] = [:]
        for file in files {
            for role in file.roles.keys.sorted() {
                let place = file.rolePlaces[role] ?? RulePlace(id: role, file: file.name, line: nil)
                if let other = owner[role] {
                    add(
                        "rules.roles", at: place,
                        "roles.\(role): is written in \(other.file), too; one file says what a role includes")
                    continue
                }
                owner[role] = place
                roles[role] = file.roles[role]
            }
        }
        guard roles.count <= Self.mostRoles else {
            if let place = owner.values.max(by: { ($0.file, $0.line ?? 0) < ($1.file, $1.line ?? 0) }) {
                add("rules.roles", at: place, "there are more than \(Self.mostRoles) roles in all files")
            }
            return
        }
        var told: Set<String> = []
        let round = rolesThatMayGoRound
        for role in roles.keys.sorted() where round.contains(role) && !told.contains(role) {
            guard let place = owner[role], let circle = circle(from: role, within: round) else { continue }
            told.formUnion(circle)
            let isLong = circle.count > Self.mostNamed
            let path = (circle.prefix(Self.mostNamed) + (isLong ? ["…"] : []) + [role]).joined(separator: " → ")
            add("rules.roles", at: place, "roles.\(role): includes itself: \(path); take one of these away")
        }
    }

    /// What is left when roles are taken away as long as there is one that includes none of the others: usually nothing.
    private var rolesThatMayGoRound: Set<String> {
        var included: [String: Int] = [:]
        var holders: [String: [String]] = [:]
        for (role, names) in roles {
            let others = Set(names).filter { roles[$0] != nil }
            included[role] = others.count
            for other in others { holders[other, default: []].append(role) }
        }
        var left = Set(roles.keys)
        var open = left.filter { included[$0] == 0 }
        while let role = open.popFirst() {
            left.remove(role)
            for holder in holders[role] ?? [] {
                included[holder, default: 0] -= 1
                if included[holder] == 0 { open.insert(holder) }
            }
        }
        return left
    }

    /// In all files. Who has a role is worked out for each beforehand, which takes the square of a long chain.
    private static let mostRoles = 1_024
    /// Of the roles on the way round, in a message.
    private static let mostNamed = 8

    /// The shortest way from a role back to itself, which it begins with; `nil` when there is none.
    private func circle(from role: String, within round: Set<String>) -> [String]? {
        var reachedFrom: [String: String] = [:]
        var open = [role]
        var at = 0
        while at < open.count {
            let from = open[at]
            at += 1
            for next in roles[from] ?? [] where reachedFrom[next] == nil && round.contains(next) {
                reachedFrom[next] = from
                guard next == role else {
                    open.append(next)
                    continue
                }
                var way = [from]
                while let last = way.last, last != role, let before = reachedFrom[last] { way.append(before) }
                return way.reversed()
            }
        }
        return nil
    }

    /// A header gets one value, wherever it is injected.
    private mutating func checkInjected() {
        var known: [String: (claim: String, file: String)] = [:]
        for file in files {
            for header in file.injected {
                guard let claim = header.claim else { continue }
                let key = InjectedHeader.key(header.name)
                guard let other = known.updateValue((claim, file.name), forKey: key), other.claim != claim else {
                    continue
                }
                add(
                    "rules.conflict",
                    at: file.injectedPlaces[header.name] ?? RulePlace(id: header.name, file: file.name, line: nil),
                    "inject: `\(header.name)` gets `\(claim)` here and `\(other.claim)` in \(other.file)")
            }
        }
    }

    /// What `default` sets is written down, so a header that nobody injects is found before any request comes.
    private mutating func checkDefaults() {
        let known = Set(files.flatMap(\.injected).map { InjectedHeader.key($0.name) })
        for case (.allow(let headers), let place)? in files.map(\.fallback) {
            for name in headers.keys.sorted() where !known.contains(InjectedHeader.key(name)) {
                add(
                    "rules.value", at: place,
                    "default: allow{} sets `\(name)`, which `inject` does not name")
            }
        }
    }

    private mutating func checkHost(_ host: HostPattern?, _ files: [RuleFile], _ told: inout Set<[RulePlace]>) {
        let defaults = files.compactMap { $0.fallback?.place }
        if defaults.count > 1, told.insert(Array(defaults.prefix(2))).inserted {
            add("rules.default", at: defaults[1], "there is a `default` for the same hosts already: \(defaults[0])")
        }
        let routes = files.flatMap(\.routes)
        guard let conflicts = RuleConflicts.find(in: routes) else {
            if let first = routes.first?.place {
                add(
                    "rules.ambiguous", at: first,
                    "more than \(RuleConflicts.mostPairs) pairs of routes match one request each, too many to look at: "
                        + "write literal segments where all of these routes have parameters")
            }
            return
        }
        for conflict in conflicts {
            let places = [conflict.first.place, conflict.second.place]
            guard told.insert(places).inserted else { continue }
            let remedy =
                conflict.isEqual
                ? "give one of them other methods, or take one away"
                : "neither is narrower: add a route for exactly what they share, or change one"
            let onHost = host.map { " on \($0.text)" } ?? ""
            add(
                "rules.ambiguous", at: conflict.second.place,
                "\(conflict.second.place.id): `\(conflict.sample)`\(onHost) is matched here and by \(conflict.first.place); \(remedy)"
            )
        }
    }

    /// A route that `forbid` always denies before it is asked.
    private mutating func checkUnreachable() {
        for file in files {
            for forbid in file.forbids where forbid.when == nil {
                for other in files where covers(file.hosts, other.hosts) {
                    for route in other.routes where shadows(forbid, route) {
                        add(
                            "rules.unreachable", at: route.place,
                            "\(route.place.id): is never reached, since \(forbid.place) forbids all of it")
                    }
                }
            }
        }
    }

    private func shadows(_ forbid: Rule, _ route: Rule) -> Bool {
        if let pattern = forbid.pattern {
            guard let theirs = route.pattern, pattern.covers(theirs) else { return false }
        }
        guard forbid.network == nil || forbid.network == route.network else { return false }
        guard let methods = forbid.matchedMethods else { return true }
        guard let theirs = route.matchedMethods else { return false }
        return theirs.isSubset(of: methods)
    }

    private func covers(_ hosts: [HostPattern], _ others: [HostPattern]) -> Bool {
        guard !hosts.isEmpty else { return true }
        guard !others.isEmpty else { return false }
        return others.allSatisfy { other in
            hosts.contains { $0 == other || $0.isWildcard && other.name.hasSuffix(".\($0.name)") }
        }
    }
}
