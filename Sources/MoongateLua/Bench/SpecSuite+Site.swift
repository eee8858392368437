import LuaHost
import Moongate

extension SpecSuite {
    /// The suites of a whole site: its own scripts, and plugins.
    ///
    /// A plugin's specs run with the settings of its `spec/config.json`, so that they say the same on every site; without
    /// that file with the site's, else with the manifest's defaults. Secrets are made up, never looked up.
    ///
    /// - Parameters:
    ///   - files: What was read.
    ///   - directory: The site's folder, where fixtures are.
    ///   - parsed: The site's configuration; `nil` where there is none.
    ///   - onlyPluginsInUse: Leaves out plugins that the configuration does not name.
    /// - Returns: Also everything that cannot be used: it is no reason to leave the others out.
    public static func suites(
        of files: SiteScripts, directory: String, parsed: ParsedConfiguration?, onlyPluginsInUse: Bool = false
    ) async -> (suites: [SpecSuite], failures: [ScriptFailure]) {
        var suites: [SpecSuite] = []
        var failures = files.failures
        func collect(_ make: () async throws -> SpecSuite) async {
            do {
                suites.append(try await make())
            } catch let error as ScriptSetError {
                failures += error.failures
            } catch {
                failures.append(ScriptFailure(code: "script.error", message: "\(error)"))
            }
        }
        if files.failures.isEmpty, !files.scripts.specs.isEmpty {
            await collect { try site(files.scripts, directory, parsed?.configuration) }
        }
        let used = parsed?.configuration.plugins.map(\.id) ?? []
        for (id, folder) in files.shelf.folders.sorted(by: { $0.key < $1.key }) where !folder.specs.isEmpty {
            guard !onlyPluginsInUse || used.contains(id) else { continue }
            await collect { try await plugin(id, folder, directory, parsed?.configuration) }
        }
        return (suites, failures)
    }

    private static func site(
        _ scripts: ScriptSet, _ directory: String, _ configuration: Configuration?
    ) throws -> SpecSuite {
        let owned = OwnedScripts(
            site: scripts, needs: configuration?.scriptNeeds ?? ScriptNeeds(),
            limits: configuration?.scriptLimits ?? ScriptLimits())
        return try SpecSuite(owned, directory: "\(directory)/scripts", as: "scripts")
    }

    private static func plugin(
        _ id: String, _ folder: PluginFolder, _ directory: String, _ configuration: Configuration?
    ) async throws -> SpecSuite {
        let path = "\(directory)/plugins/\(id)"
        let named = configuration?.plugins.first { $0.id == id }
        let settings = try ownSettings(path, id) ?? named?.settings ?? [:]
        let limits = configuration?.scriptLimits ?? ScriptLimits()
        let make: @Sendable ([String: JSONValue]) async throws -> OwnedScripts = { further in
            let all = settings.merging(further) { $1 }
            let site = Plugin.Site(
                limits: limits, secrets: SpecSecrets(), engineNames: [], configName: "plugins/\(id)/spec/config.json")
            return OwnedScripts(
                try await Plugin.make(folder, PluginEntry(id: id, settings: all, path: "plugins"), site))
        }
        var suite = try SpecSuite(try await make([:]), directory: path, as: "plugins/\(id)")
        suite.reconfigured = make
        return suite
    }

    /// `spec/config.json`: the settings that a plugin's specs are written for.
    private static func ownSettings(_ directory: String, _ id: String) throws -> [String: JSONValue]? {
        let file = "plugins/\(id)/spec/config.json"
        do {
            guard let bytes = try RootDirectory(directory)?.read("spec/config.json", limit: 64 << 10) else {
                return nil
            }
            guard let members = (try? JSONValue(parsing: bytes))?.objectValue else {
                throw FileRefusal("spec.fixture", "is not a JSON object")
            }
            return members
        } catch let refusal as FileRefusal {
            throw ScriptSetError([ScriptFailure(code: refusal.code, message: refusal.message, script: file)])
        }
    }
}
