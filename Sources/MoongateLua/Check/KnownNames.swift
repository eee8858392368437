import LuaHost
import Moongate

/// What scripts of an owner can name: globals, and the members of those that are libraries.
struct KnownNames {
    /// `log`, `log.info`, `pairs`, …
    let all: Set<String>
    /// Globals whose members are all known.
    let libraries: Set<String>

    /// What is really there: asked of a machine with these functions.
    ///
    /// - Parameters:
    ///   - constants: Globals of which nothing else is known.
    ///   - settings: The names of a plugin's settings, if it is one.
    init(_ functions: [HostFunction], constants: [String] = [], settings: [String]? = nil) throws {
        let program = try LuaProgram(entries: [], functions: functions)
        var names = Set(try program.reachable().compactMap { $0.split(separator: ":").first.map(String.init) })
        names.formUnion(constants)
        names.insert("_ENV")
        if let settings { names.formUnion(["config"] + settings.map { "config.\($0)" }) }
        all = names
        libraries = Set(names.compactMap { name in name.lastIndex(of: ".").map { String(name[..<$0]) } })
            .union(settings == nil ? [] : ["config"])
    }

    /// For an owner as their permissions are.
    init(_ scripts: OwnedScripts) throws {
        try self.init(
            HostFunction.forHooks(scripts.owner, SpecWorld(addresses: nil).services), settings: scripts.settingNames)
    }

    /// For an owner of this id with every permission there is: what is in here and not in theirs is a matter of asking.
    static func withEveryPermission(_ id: String) throws -> KnownNames {
        try KnownNames(functionsWithEveryPermission(id))
    }

    /// Functions of the host: they are told what they are given as data, and change nothing of it.
    static let hostFunctions = Set(functionsWithEveryPermission(ScriptOwner.site).map(\.name))

    private static func functionsWithEveryPermission(_ id: String) -> [HostFunction] {
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "example.com")]
        needs.secrets = ["ANY"]
        needs.env = ["ANY"]
        needs.kv = true
        needs.users = true
        needs.sharedCache = true
        needs.providerTokens = true
        let owner = ScriptOwner(id: id, needs: needs, limits: ScriptLimits())
        return HostFunction.forHooks(owner, SpecWorld(addresses: nil).services)
    }

    /// The globals.
    var globals: [String] { all.filter { !$0.contains(".") }.sorted() }

    /// The members of a library, with its name in front.
    func members(of library: String) -> [String] {
        all.filter { $0.hasPrefix("\(library).") && !$0.dropFirst(library.count + 1).contains(".") }.sorted()
    }
}
