import Moongate
import MoongateLua
import MoongateTokens

/// Configuration and scripts that were read together and fit together.
public struct LoadedGeneration: Sendable {
    /// Twelve hexadecimal digits over the bytes of all files. The same files give the same id.
    public let id: String
    /// The whole digest that `id` begins.
    public let digest: [UInt8]
    /// Checked and complete.
    public let configuration: Configuration
    /// What should be logged about the configuration.
    public let warnings: [ConfigurationProblem]
    /// The hooks of plugins and site; `nil` under `--no-scripts` and where there is no hook at all.
    public let runner: LuaHookRunner?
    /// Whether scripts were left out on purpose.
    public let scriptsAreOff: Bool
    /// Which hooks have a file of the site's own, in the order of ``Moongate/HookName``.
    public let hooks: [HookName]
    /// The plugins that take part, in the order of their turn.
    public let plugins: [Plugin]
    /// The access rules; none under `--no-scripts`.
    public internal(set) var rules = RuleSet.none
    /// Their files: `scripts/rules.lua`, `scripts/rules/shop.lua`.
    public internal(set) var ruleFiles: [String] = []
    /// Secrets of the configuration that were read from files of their own. Not a part of the id, which everybody may see.
    var secretFiles: [String: Secret] = [:]
    /// Names in its scripts that nothing is behind.
    var missingNames = MissingNames { [] }

    /// The names of settings that differ in `next` and that only a restart can change.
    public func needsRestart(for next: Configuration) -> [String] {
        var names: [String] = []
        if configuration.database != next.database { names.append("database") }
        if configuration.watchesFiles != next.watchesFiles { names.append("reload.watch") }
        return names
    }
}

/// A reload that was refused; what ran before goes on. Its problems are those of the files, or of what may not change.
public struct ReloadRefusal: Error, Sendable, CustomStringConvertible {
    /// `reload.needsRestart`: settings that only a restart can change. `reload.hookRemoved`: a hook's file is gone.
    /// `reload.moving`: files change all the time.
    public let code: String
    /// The settings or files.
    public let names: [String]

    public var description: String {
        let list = names.joined(separator: ", ")
        return switch code {
        case "reload.needsRestart": "a change of \(list) needs a restart"
        case "reload.moving": "files beside \(list) change all the time; reload when they are at rest"
        default: "\(list) is gone; a restart takes the remaining scripts"
        }
    }
}
