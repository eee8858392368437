import Logging
import Moongate
import MoongateLua
import MoongateTokens

/// A site of a test's own: scripts and plugins in a folder, chosen and run as the program does.
final class PluginBench: Sendable {
    let folder: TemporaryFolder
    let log = LogRecorder()

    init() throws { folder = try TemporaryFolder() }

    /// A manifest with the keys that every plugin has; `more` are further lines.
    static func manifest(_ id: String, hooks: [String] = ["jwt"], _ more: String = "") -> String {
        let names = hooks.map { "'\($0)'" }.joined(separator: ", ")
        return
            "return { id = '\(id)', version = '1.0.0', api = 1, summary = 'A plugin', hooks = { \(names) }, \(more) }"
    }

    static let passing = "return { jwt = function(p) return p.token end }"

    func add(_ id: String, manifest: String? = nil, main: String = passing, _ files: [String: String] = [:]) throws {
        try folder.write("plugins/\(id)/plugin.lua", manifest ?? Self.manifest(id))
        try folder.write("plugins/\(id)/init.lua", main)
        for (name, text) in files { try folder.write("plugins/\(id)/\(name)", text) }
    }

    func script(_ name: String, _ text: String) throws { try folder.write("scripts/\(name).lua", text) }

    /// What the files say, with these entries of `plugins`.
    func choose(
        _ entries: [JSONValue], environment: [String: String] = [:], limits: JSONValue = [:]
    ) async throws -> (plugins: [Plugin], failures: [ScriptFailure]) {
        let parsed = try parse(entries, environment: environment, limits: limits)
        return await SiteScripts.read(folder.path).shelf.choose(parsed)
    }

    func failures(_ entries: [JSONValue], environment: [String: String] = [:]) async throws -> [String] {
        try await choose(entries, environment: environment).failures.map(\.description)
    }

    /// A runner over the plugins in this order, and the site's scripts.
    func runner(_ entries: [JSONValue], environment: [String: String] = [:]) async throws -> LuaHookRunner {
        let files = SiteScripts.read(folder.path)
        let parsed = try parse(entries, environment: environment)
        let (plugins, failures) = await files.shelf.choose(parsed)
        guard failures.isEmpty else { throw ScriptSetError(failures) }
        let log = log
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        var services = HostServices(clock: StoppedClock(), logger: logger)
        services.secrets = parsed.secrets
        services.reservedNames = parsed.engineNames
        let site = OwnedScripts(site: files.scripts, needs: parsed.configuration.scriptNeeds)
        return try await LuaHookRunner.load(plugins.map(OwnedScripts.init) + [site], services: services)
    }

    func runnerFailures(_ entries: [JSONValue]) async -> [String] {
        do {
            _ = try await runner(entries)
            return []
        } catch let error as ScriptSetError {
            return error.failures.map(\.description)
        } catch { return ["\(error)"] }
    }

    private func parse(
        _ entries: [JSONValue], environment: [String: String], limits: JSONValue = [:]
    ) throws -> ParsedConfiguration {
        let own = ["AUTH_SECRET": String(repeating: "s", count: 32)]
        let parser = ConfigurationParser(secrets: DictionarySecretSource(own.merging(environment) { $1 }))
        return try parser.parse([
            "url": "https://example.com", "secret": ["@secret": "AUTH_SECRET"], "plugins": .array(entries),
            "limits": limits,
        ])
    }
}

extension LuaHookRunner {
    /// A token through every `jwt` hook in its turn, as the pipeline does.
    func chained(_ token: JSONValue) async throws -> JSONValue? {
        var token = token
        let lease = try lease()
        defer { lease.end() }
        for hook in chain(.jwt) {
            let call = HookCall(
                [.init("token", .json(token.canonicalBytes()))], subject: .token(token.canonicalBytes()))
            guard let next = try await lease.finish(hook, call).json else { return nil }
            token = next
        }
        return token
    }
}
