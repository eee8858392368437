import Moongate
import MoongateCurl
import MoongateLua

/// The specs of a site's files: `moongate test`. Opens no database and no port, and sends nothing.
public struct SiteSpecs: Sendable {
    private let configPath: String
    private let needsConfiguration: Bool

    /// The specs beside this configuration. Without the file, scripts have no permissions and the built-in limits.
    /// - Parameter needsConfiguration: Whether the file has to be there, since somebody named it.
    public init(configPath: String, needsConfiguration: Bool = false) {
        self.configPath = configPath
        self.needsConfiguration = needsConfiguration
    }

    /// What can run, and what is in the way of the rest.
    public struct Chosen: Sendable {
        /// The owners whose specs can run.
        public internal(set) var suites: [SpecSuite]
        /// Why those of other owners cannot: files that they need.
        public internal(set) var failures: [ScriptFailure]
    }

    /// Reads everything once.
    ///
    /// - Parameter paths: Files and folders, as specs are named (`scripts/spec/jwt_spec.lua`, `plugins/audit`); none for
    ///   all.
    /// - Throws: ``SiteError`` with all that is wrong with the configuration, where there is nothing of such a name, or
    ///   nothing at all.
    public func suites(_ paths: [String] = []) async throws -> Chosen {
        let parsed = try await configuration()
        let directory = configPath.folder
        let files = SiteScripts.read(directory)
        // In a wrong folder everything would hold, and whoever counts on an exit code would not notice.
        guard parsed != nil || !files.sources.isEmpty || !files.failures.isEmpty else {
            throw SiteError("\(configPath) is not there, and no scripts are beside it: there is nothing to test")
        }
        let (all, broken) = await SpecSuite.suites(of: files, directory: directory, parsed: parsed)
        guard !paths.isEmpty else { return Chosen(suites: all, failures: broken) }
        let wanted = paths.map(\.asSpecName)
        let suites = all.map { suite in
            suite.keeping { name in wanted.contains { name == $0 || name.hasPrefix("\($0)/") } }
        }
        let failures = broken.filter { failure in wanted.contains { failure.isInTheWay(of: $0) } }
        for (path, name) in zip(paths, wanted) {
            let isThere = suites.contains { suite in
                suite.specs.contains { $0.name == name || $0.name.hasPrefix("\(name)/") }
            }
            guard isThere || isRules(name) || failures.contains(where: { $0.isInTheWay(of: name) }) else {
                throw SiteError("\(path): there is no spec of this name, and none below it")
            }
        }
        return Chosen(suites: suites, failures: failures)
    }

    /// Whether this names rule files, whose tests stand in them.
    private func isRules(_ name: String) -> Bool {
        SiteScripts.read(configPath.folder).scripts.rules.contains {
            $0.name == name || $0.name.hasPrefix("\(name)/")
        }
    }

    /// Runs suites; what is in the way of others counts as a test that failed.
    ///
    /// - Parameters:
    ///   - filter: Only tests whose name contains this.
    ///   - progress: Told of every test as soon as it is done.
    public func run(
        _ chosen: Chosen, filter: String?, progress: @escaping @Sendable (SpecReport.Test) -> Void
    ) async throws -> SpecReport {
        let fetcher = try CurlFetcher()
        defer { fetcher.shutdown() }
        var runner = SpecRunner()
        runner.filter = filter
        runner.progress = progress
        runner.addresses = fetcher
        return await runner.run(chosen.suites, failures: chosen.failures)
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
            guard !needsConfiguration else { throw SiteError(error, configuration: configPath) }
            return nil
        }
        do {
            return try await file.loadForSpecs()
        } catch let error as ConfigurationError {
            throw SiteError(error, configuration: configPath)
        }
    }
}

extension ScriptFailure {
    /// Whether specs of this name, or below it, are of the owner whose file this is about.
    fileprivate func isInTheWay(of name: String) -> Bool {
        guard let file = script, file != name, !file.hasPrefix("\(name)/") else { return true }
        let parts = file.split(separator: "/")
        let owner = parts.prefix(parts.first == "plugins" ? 2 : 1).joined(separator: "/")
        return name == owner || name.hasPrefix("\(owner)/")
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
