import Moongate
import MoongateTokens

/// A plugin that takes part: its files, what its manifest says, and what the site's configuration makes of both.
public struct Plugin: Sendable {
    /// What its manifest says.
    public let manifest: PluginManifest
    /// Its files.
    public let folder: PluginFolder
    /// Its code's rights and budgets, and its settings, complete.
    public let owner: ScriptOwner

    /// Its name.
    public var id: String { manifest.id }

    /// What the site says to a plugin, beside its settings.
    struct Site {
        let limits: ScriptLimits
        let secrets: any SecretSource
        /// Names that no plugin is given.
        let engineNames: Set<String>
        /// `config.lua`, as errors call it.
        let configName: String
    }

    /// Checks manifest and settings.
    /// - Throws: ``ScriptSetError`` with all that is wrong with either.
    static func make(_ folder: PluginFolder, _ entry: PluginEntry, _ site: Site) async throws -> Plugin {
        guard folder.failures.isEmpty, let source = folder.manifest else { throw ScriptSetError(folder.failures) }
        let manifest = try await PluginManifest.evaluate(source, folder: folder.id)
        var failures = manifest.needs.refusals(of: site.engineNames, path: "needs")
            .map { ScriptFailure($0, file: source.name) }
        let problems = ConfigurationProblems()
        let settings = PluginSettings(manifest, entry, problems)
        settings.checkSecrets(site, entry, problems)
        failures += problems.errors.map { ScriptFailure($0, file: site.configName) }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
        let owner = ScriptOwner(
            id: manifest.id, needs: settings.needs(manifest), limits: manifest.limits.lowered(to: site.limits),
            config: .object(settings.values))
        return Plugin(manifest: manifest, folder: folder, owner: owner)
    }
}
