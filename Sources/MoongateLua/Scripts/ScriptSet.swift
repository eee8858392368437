import LuaHost
import Moongate
import MoongateTokens

/// The site's scripts as they were at one moment: bytes, read once, never looked at again.
public struct ScriptSet: Sendable {
    /// One file per hook, named after it.
    public internal(set) var hooks: [HookName: LuaSource] = [:]
    /// `scripts/lib/roles.lua` is `roles`, which `require "roles"` gives.
    public internal(set) var libraries: [String: LuaSource] = [:]

    /// No scripts at all.
    public init() {}

    /// SHA-256 over names and bytes. Equal exactly when a reload would change nothing.
    public var digest: [UInt8] {
        let sources = hooks.values.map { $0 } + libraries.values.map { $0 }
        var bytes: [UInt8] = []
        for source in sources.sorted(by: { $0.name < $1.name }) {
            bytes.append(contentsOf: SHA256.hash(source.name))
            bytes.append(contentsOf: SHA256.hash(source.text))
        }
        return SHA256.hash(bytes)
    }
}
