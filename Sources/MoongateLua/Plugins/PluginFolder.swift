import LuaHost
import Moongate
import MoongateTokens

/// A plugin's files as they were at one moment: bytes, read once, nothing run.
public struct PluginFolder: Sendable {
    /// The folder's name in `plugins/`.
    public let id: String
    /// `plugin.lua`: what it is and needs, as data.
    public internal(set) var manifest: LuaSource?
    /// `init.lua`: returns its hooks.
    public internal(set) var main: LuaSource?
    /// `lib/<name>.lua`, which its own `require` finds, and nobody else's.
    public internal(set) var libraries: [String: LuaSource] = [:]
    /// `lib/<name>.data.lua`, which `require "<name>.data"` finds.
    public internal(set) var dataLibraries: [String: LuaSource] = [:]
    /// `spec/*_spec.lua`, in the order of their names.
    public internal(set) var specs: [LuaSource] = []
    /// Files that everybody on this machine may write to, by name.
    public internal(set) var openToAll: [String] = []
    /// What cannot be read, or is missing. Counts only where the configuration names the plugin.
    public internal(set) var failures: [ScriptFailure] = []

    /// Reads one folder through the handle of `plugins/`.
    init(_ id: String, in root: RootDirectory) {
        self.id = id
        var reading = ScriptReading(root, folder: "plugins/\(id)", prefix: id)
        let present = reading.names(in: "")
        for file in ["plugin.lua", "init.lua"] where !present.contains(file) {
            reading.refuse(file, "file.missing", "is not there; a plugin has plugin.lua and init.lua")
        }
        if present.contains("plugin.lua") { manifest = reading.read("plugin.lua") }
        if present.contains("init.lua") { main = reading.read("init.lua") }
        (libraries, dataLibraries) = reading.libraries()
        specs = reading.specs()
        openToAll = reading.openToAll
        failures = reading.failures
    }

    /// SHA-256 over names and bytes.
    public var digest: [UInt8] {
        let sources =
            [manifest, main].compactMap { $0 } + Array(libraries.values) + Array(dataLibraries.values) + specs
        return SHA256.hash(LuaSource.digest(sources) + SHA256.hash(failures.map(\.description).joined()))
    }
}
