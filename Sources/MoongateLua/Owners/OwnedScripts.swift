import LuaHost
import Moongate
import MoongateTokens

/// An owner and the code that is theirs, as it was read: what one program is compiled from.
public struct OwnedScripts: Sendable {
    /// What a file returns.
    enum Role: Sendable, Equatable {
        /// One hook's function.
        case hook(HookName)
        /// A table of functions, named after events.
        case events
        /// A table of access rules.
        case rules
        /// A table of a plugin's hooks.
        case plugin([HookName])
    }

    /// Whose they are.
    public let owner: ScriptOwner
    /// What can be called, in the order of the program's entries.
    let entries: [(source: LuaSource, role: Role)]
    /// What `require` finds.
    public let libraries: [String: LuaSource]
    /// What `require` finds as constant tables.
    public let dataLibraries: [String: LuaSource]
    /// The owner's tests.
    public let specs: [LuaSource]
    /// What a plugin's `config` can hold; `nil` for those who have none.
    let settingNames: [String]?
    /// Changes whenever a byte of code or settings does: what the owner's cached values go by.
    let code: String

    /// The site's own scripts.
    public init(site scripts: ScriptSet, needs: ScriptNeeds = ScriptNeeds(), limits: ScriptLimits = ScriptLimits()) {
        owner = ScriptOwner(id: ScriptOwner.site, needs: needs, limits: limits)
        entries =
            HookName.allCases.compactMap { hook in
                scripts.hooks[hook].map { ($0, hook == .events ? .events : .hook(hook)) }
            } + scripts.rules.map { ($0, .rules) }
        libraries = scripts.libraries
        dataLibraries = scripts.dataLibraries
        specs = scripts.specs
        settingNames = nil
        code = Hex.encode(scripts.digest)
    }

    /// A plugin's.
    public init(_ plugin: Plugin) {
        owner = plugin.owner
        entries = plugin.folder.main.map { [($0, .plugin(plugin.manifest.hooks))] } ?? []
        libraries = plugin.folder.libraries
        dataLibraries = plugin.folder.dataLibraries
        specs = plugin.folder.specs
        settingNames = plugin.manifest.settings.map(\.name)
        code = Hex.encode(SHA256.hash(plugin.folder.digest + (plugin.owner.config?.canonicalBytes() ?? [])))
    }

    /// Globals that cannot be changed: a plugin's settings, as `config`.
    var constants: [String: [UInt8]] { owner.config.map { ["config": $0.canonicalBytes()] } ?? [:] }

    /// Where `require` looks, as messages call it.
    var libraryFolder: String { owner.id == ScriptOwner.site ? "scripts/lib" : "plugins/\(owner.id)/lib" }

    /// All code that runs in a call.
    var sources: [LuaSource] { entries.map(\.source) + libraries.values }
}
