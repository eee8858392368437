import Moongate
import MoongateCurl
import MoongateLua

/// The specs of a site's files: `moongate test`. Opens no database and no port, and sends nothing.
public struct SiteSpecs: Sendable {
    private let configPath: String

    /// The specs beside this configuration. Without the file, scripts have no permissions and the built-in limits.
    public init(configPath: String) { self.configPath = configPath }

    /// Reads everything once.
    ///
    /// - Parameter paths: Files and folders, as specs are named (`scripts/spec/jwt_spec.lua`, `plugins/audit`); none for
    ///   all.
    /// - Throws: ``SiteError`` with all that is wrong, `ScriptSetError` where scripts are.
    public func suites(_ paths: [String] = []) async throws -> [SpecSuite] {
        let parsed = try await configuration()
        let directory = configPath.folder
        let all = try await SpecSuite.suites(of: SiteScripts.read(directory), directory: directory, parsed: parsed)
        guard !paths.isEmpty else { return all }
        let wanted = paths.map(\.asSpecName)
        let suites = all.map { suite in
            suite.keeping { name in wanted.contains { name == $0 || name.hasPrefix("\($0)/") } }
        }
        for (path, name) in zip(paths, wanted) {
            let isThere = suites.contains { suite in
                suite.specs.contains { $0.name == name || $0.name.hasPrefix("\(name)/") }
            }
            guard isThere || isRules(name) else {
                throw SiteError("\(path): there is no spec of this name, and none below it")
            }
        }
        return suites
    }

    /// Whether this names rule files, whose tests stand in them.
    private func isRules(_ name: String) -> Bool {
        SiteScripts.read(configPath.folder).scripts.rules.contains {
            $0.name == name || $0.name.hasPrefix("\(name)/")
        }
    }

    /// Runs suites.
    ///
    /// - Parameters:
    ///   - filter: Only tests whose name contains this.
    ///   - progress: Told of every test as soon as it is done.
    public func run(
        _ suites: [SpecSuite], filter: String?, progress: @escaping @Sendable (SpecReport.Test) -> Void
    ) async throws -> SpecReport {
        let fetcher = try CurlFetcher()
        defer { fetcher.shutdown() }
        var runner = SpecRunner()
        runner.filter = filter
        runner.progress = progress
        runner.addresses = fetcher
        return await runner.run(suites)
    }

    /// The tests of the site's access rules.
    ///
    /// - Parameters:
    ///   - paths: Rule files, or `scripts` and `scripts/rules` for all of them; none for all.
    ///   - filter: Only tests whose name contains this.
    ///   - progress: Told of every test as soon as it is done.
    /// - Returns: `nil` where there is no rule file, no configuration that they could be judged by, or none is wanted.
    public func runRules(
        _ paths: [String] = [], filter: String?, progress: @escaping @Sendable (SpecReport.Test) -> Void
    ) async throws -> SpecReport? {
        let files = SiteScripts.read(configPath.folder)
        let wanted = paths.map(\.asSpecName)
        func isWanted(_ file: String) -> Bool {
            wanted.isEmpty || wanted.contains { $0 == file || file.hasPrefix("\($0)/") }
        }
        guard files.scripts.rules.contains(where: { isWanted($0.name) }), let parsed = try await configuration() else {
            return nil
        }
        let configuration = parsed.configuration
        let site = OwnedScripts(
            site: files.scripts, needs: configuration.scriptNeeds, limits: configuration.scriptLimits)
        let fetcher = try CurlFetcher()
        defer { fetcher.shutdown() }
        return await RuleTests(site, configuration: configuration, addresses: fetcher, budget: nil)
            .run(files: isWanted, filter: filter, progress: progress)
    }

    /// What the configuration says of scripts; it need not be one that serves here.
    private func configuration() async throws -> ParsedConfiguration? {
        let file: ConfigFile
        do {
            file = try ConfigFile.read(configPath)
        } catch let error as ScriptSetError where error.failures.map(\.code) == ["file.missing"] {
            return nil
        }
        do {
            return try await file.loadForSpecs()
        } catch let error as ConfigurationError {
            throw SiteError(error, configuration: configPath)
        }
    }
}

extension String {
    /// The folder that a file's path lies in.
    fileprivate var folder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// `./scripts/spec/` is `scripts/spec`.
    fileprivate var asSpecName: String {
        var name = Substring(self)
        while name.hasPrefix("./") { name = name.dropFirst(2) }
        while name.hasSuffix("/") { name = name.dropLast() }
        return String(name)
    }
}
