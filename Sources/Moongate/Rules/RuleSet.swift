/// The rules of one generation: immutable, compiled, the same in every shape of the product.
///
/// Hosts first: the file that names a request's host most exactly has its routes asked first, then those of a wildcard
/// host, then those without hosts. `forbid` of all of them counts. Then path, then method.
public final class RuleSet: Sendable {
    /// No rules: everything is denied.
    public static let none = RuleSet(absence: .rulesAbsent)
    /// Scripts are off, and rules with them: everything is denied.
    public static let off = RuleSet(absence: .rulesOff)

    let files: [RuleFile]
    /// All fields that any file injects: each is set or deleted on every request.
    let injected: [InjectedHeader]
    /// By ``InjectedHeader/key(_:)``.
    let injectedByKey: [String: Int]
    /// The claims that they get their values from.
    let injectedClaims: ClaimNames
    let roles: RoleHierarchy
    /// Why there is nothing.
    let absence: Denial.Code
    /// The same in words.
    var whyAbsent: String {
        absence == .rulesOff
            ? "scripts are off, and rules with them" : "there is no scripts/rules.lua, so everything is denied"
    }
    private let tables: [String: HostTable]
    private let wildcards: [(suffix: String, table: HostTable)]
    /// Of files without hosts: one, or none. A list, so that most requests are given it as it is.
    private let any: [HostTable]

    /// What is said about the requests of one host pattern.
    final class HostTable: Sendable {
        let routes: [Rule]
        let router: RuleRouter
        let forbids: [Rule]
        let fallback: (verdict: RuleVerdict, place: RulePlace)?

        init(_ files: [RuleFile]) {
            routes = files.flatMap(\.routes)
            router = RuleRouter(routes)
            forbids = files.flatMap(\.forbids)
            fallback = files.lazy.compactMap(\.fallback).first
        }
    }

    /// - Parameters:
    ///   - byHost: Which files speak of a host; `nil` for all others.
    ///   - absence: Why there is nothing, where there is nothing.
    private init(
        _ files: [RuleFile] = [], byHost: [HostPattern?: [RuleFile]] = [:], roles: [String: [String]] = [:],
        absence: Denial.Code = .rulesAbsent
    ) {
        self.files = files
        self.roles = RoleHierarchy(roles)
        self.absence = absence
        let made = byHost.map { (host: $0.key, table: HostTable($0.value)) }
        any = made.filter { $0.host == nil }.map(\.table)
        let named = made.compactMap { entry in entry.host.map { (host: $0, table: entry.table) } }
        tables = Dictionary(
            uniqueKeysWithValues: named.filter { !$0.host.isWildcard }.map { ($0.host.name, $0.table) })
        wildcards = named.filter(\.host.isWildcard).sorted { $0.host.name.utf8.count > $1.host.name.utf8.count }
            .map { (".\($0.host.name)", $0.table) }
        var injected: [InjectedHeader] = []
        var byKey: [String: Int] = [:]
        for header in files.flatMap(\.injected) {
            let key = InjectedHeader.key(header.name)
            if let index = byKey[key] {
                // A file that knows the claim wins over one that merely owns the name.
                if injected[index].claim == nil { injected[index] = header }
            } else {
                byKey[key] = injected.count
                injected.append(header)
            }
        }
        self.injected = injected
        injectedByKey = byKey
        injectedClaims = ClaimNames(injected.compactMap(\.claim))
    }

    /// Whether there is no rule file.
    public var isEmpty: Bool { files.isEmpty }

    /// How many routes there are.
    public var routeCount: Int { files.reduce(0) { $0 + $1.routes.count } }

    /// Compiles rule files.
    /// - Throws: ``RuleSetError`` with every mistake of all of them.
    package convenience init(_ sources: [RuleSource]) throws(RuleSetError) {
        var files: [RuleFile] = []
        var failures: [ScriptFailure] = []
        for source in sources {
            var reader = RuleFileReader(source)
            let (file, wrong) = reader.read()
            files.append(file)
            failures += source.mistakes + wrong
        }
        var check = RuleCheck(files)
        failures += check.failures()
        guard failures.isEmpty else { throw RuleSetError(failures: failures) }
        self.init(files, byHost: check.filesByHost, roles: check.roles)
    }

    /// Who speaks of a host, most exact first.
    func tables(of host: String) -> [HostTable] {
        if tables.isEmpty, wildcards.isEmpty { return any }
        var found: [HostTable] = []
        if let exact = tables[host] { found.append(exact) }
        for (suffix, table) in wildcards where host.hasSuffix(suffix) { found.append(table) }
        return found + any
    }
}

/// Which roles a role includes, turned around: who has any of these has the one that is asked for.
struct RoleHierarchy: Sendable {
    private let holders: [String: Set<String>]

    /// - Parameter roles: Role to the roles that it includes; without cycles.
    init(_ roles: [String: [String]]) {
        var holders: [String: Set<String>] = [:]
        for role in roles.keys {
            var open = [role]
            var seen: Set<String> = [role]
            while let next = open.popLast() {
                holders[next, default: [next]].insert(role)
                for included in roles[next] ?? [] where seen.insert(included).inserted { open.append(included) }
            }
        }
        self.holders = holders
    }

    /// Whether somebody with these roles has a role.
    func has(_ role: String, _ roles: [String]) -> Bool {
        guard let holders = holders[role] else { return roles.containsBytes(of: role) }
        return roles.contains { holders.containsBytes(of: $0) }
    }
}
