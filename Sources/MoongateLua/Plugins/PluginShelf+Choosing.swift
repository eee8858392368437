import Moongate

extension PluginShelf {
    /// The plugins that a configuration names, in its order, and everything that is wrong with any of them.
    ///
    /// - Parameters:
    ///   - parsed: The site's configuration.
    ///   - configName: `config.lua`, as errors call it.
    public func choose(
        _ parsed: ParsedConfiguration, configName: String = "config.lua"
    ) async -> (plugins: [Plugin], failures: [ScriptFailure]) {
        let entries = parsed.configuration.plugins
        guard !entries.isEmpty else { return ([], []) }
        let site = Plugin.Site(
            limits: parsed.configuration.scriptLimits, secrets: parsed.secrets, engineNames: parsed.engineNames,
            configName: configName)
        var plugins: [Plugin] = []
        var failures = self.failures
        for entry in entries {
            guard let folder = folders[entry.id] else {
                if self.failures.isEmpty { failures.append(missing(entry, configName)) }
                continue
            }
            do {
                plugins.append(try await Plugin.make(folder, entry, site))
            } catch let error as ScriptSetError {
                failures += error.failures
            } catch {
                failures.append(ScriptFailure(code: "script.error", message: "\(error)", script: "plugins/\(entry.id)"))
            }
        }
        return (plugins, failures)
    }

    private func missing(_ entry: PluginEntry, _ configName: String) -> ScriptFailure {
        let nearest = NearestName.of(entry.id, among: folders.keys.sorted())
        let there = folders.keys.sorted().joined(separator: ", ")
        let hint =
            nearest.map { "did you mean \"\($0)\"?" }
            ?? (there.isEmpty ? "no plugin is there" : "there are \(there)")
        return ScriptFailure(
            code: "plugin.missing", message: "\(entry.path): there is no folder plugins/\(entry.id); \(hint)",
            script: configName)
    }
}
