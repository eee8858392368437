import LuaHost
import Moongate
import MoongateTokens

/// The site's scripts as they were at one moment: bytes, read once, never looked at again.
public struct ScriptSet: Sendable {
    /// Bytes of one file.
    static let largestFile = 256 << 10
    /// Files of one owner.
    static let mostFiles = 256

    /// One file per hook, named after it.
    public internal(set) var hooks: [HookName: LuaSource] = [:]
    /// Access rules: `scripts/rules.lua` and `scripts/rules/*.lua`, in byte order of their names.
    public internal(set) var rules: [LuaSource] = []
    /// `scripts/lib/roles.lua` is `roles`, which `require "roles"` gives.
    public internal(set) var libraries: [String: LuaSource] = [:]
    /// `scripts/lib/roles.data.lua` is `roles.data`: a table that is made once and then only read.
    public internal(set) var dataLibraries: [String: LuaSource] = [:]
    /// `scripts/spec/*_spec.lua`, in the order of their names.
    public internal(set) var specs: [LuaSource] = []
    /// Files that everybody on this machine may write to, by name.
    public internal(set) var openToAll: [String] = []

    /// No scripts at all.
    public init() {}

    /// Whether there is a file of this hook.
    public func has(_ hook: HookName) -> Bool { hook == .rules ? !rules.isEmpty : hooks[hook] != nil }

    /// SHA-256 over names and bytes. Equal exactly when a reload would change nothing.
    public var digest: [UInt8] {
        LuaSource.digest(
            hooks.values + rules + Array(libraries.values) + Array(dataLibraries.values) + specs)
    }
}

extension LuaSource {
    /// SHA-256 over names and bytes, in the order of the names.
    static func digest(_ sources: [LuaSource]) -> [UInt8] {
        var bytes: [UInt8] = []
        for source in sources.sorted(by: { $0.name < $1.name }) {
            bytes.append(contentsOf: SHA256.hash(source.name))
            bytes.append(contentsOf: SHA256.hash(source.text))
        }
        return SHA256.hash(bytes)
    }
}
