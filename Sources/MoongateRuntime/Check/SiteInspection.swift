import Logging
import Moongate
import MoongateLua
import MoongateTokens

/// Everything that can be said of a site's files without serving them, all at once: `moongate check`. Opens no database
/// and no port.
public struct SiteInspection: Sendable {
    /// What was found.
    public struct Report: Sendable {
        /// In the order of files and lines; errors and warnings.
        public internal(set) var problems: [CheckProblem] = []
        /// What the files make; `nil` where they make nothing.
        public internal(set) var site: SiteCheck.Report?

        /// Spec files of the site and of the plugins in use: looking at them runs none of them.
        public internal(set) var specCount = 0

        /// Whether the files serve, if in development mode only.
        public var isRight: Bool { site != nil && !problems.contains { $0.severity == .error } }

        /// Adds what came out when something ran, unless looking at it has said so already, of the line or of the file.
        mutating func add(_ more: [CheckProblem]) {
            problems += more.filter { problem in
                !problems.contains { known in
                    guard known.file == problem.file, known.severity == .error else { return false }
                    guard let line = problem.line, let knownLine = known.line else { return known.code == problem.code }
                    return line == knownLine && Self.sayTheSame(known.code, problem.code)
                }
            }
        }

        /// A name that is not there is one error before a script runs, and another when it does.
        private static func sayTheSame(_ known: String, _ found: String) -> Bool {
            known == found || found == "script.error" || (known.hasPrefix("script.") && found.hasPrefix("script."))
        }
    }

    private let configPath: String
    private let logger: Logger

    /// An inspection of the site whose configuration is here.
    public init(configPath: String, logger: Logger = Logger(label: "moongate")) {
        self.configPath = configPath
        self.logger = logger
    }

    /// Reads, compiles and looks at everything, and at last runs the top level of every script, as a start would.
    public func run() async -> Report {
        var report = Report()
        let config: ConfigFile
        do {
            config = try ConfigFile.read(configPath)
        } catch let error as ScriptSetError {
            report.problems = error.failures.map { CheckProblem($0) }
            return report
        } catch {
            report.problems = [CheckProblem(code: "file.unreadable", message: "\(error)", file: configPath)]
            return report
        }
        report.problems += config.nameProblems(as: configPath)
        let parsed = await parse(config, &report)
        let files = SiteScripts.read(config.directory)
        report.problems += files.manifests(of: parsed).flatMap { $0.nameProblems() }
        report.specCount = files.scripts.specs.count
        for owner in await owners(files, config, parsed, &report) { report.problems += owner.problems() }
        report.problems += files.strayFiles(config.directory, of: parsed)
        await load(config, files, parsed, &report)
        return report
    }

    private func parse(_ config: ConfigFile, _ report: inout Report) async -> ParsedConfiguration? {
        do {
            return try await config.lenientlyLoaded()
        } catch let error as ConfigurationError {
            report.problems += error.problems.map { problem(config, $0) }
        } catch let error as ScriptSetError {
            let source = config.source(named: configPath)
            report.add(error.failures.map { CheckProblem(atHome($0, config), in: [source]) })
        } catch {
            report.problems.append(CheckProblem(code: "config.invalid", message: "\(error)", file: configPath))
        }
        return nil
    }

    /// Whose code there is, and where their permissions are written down. Without a configuration nobody knows them.
    private func owners(
        _ files: SiteScripts, _ config: ConfigFile, _ parsed: ParsedConfiguration?, _ report: inout Report
    ) async -> [OwnerCheck] {
        report.problems += files.failures.map { CheckProblem($0) }
        let site = OwnerCheck(files, parsed, config, named: configPath)
        guard let parsed else { return [site] }
        let (plugins, failures) = await files.shelf.choose(parsed, configName: config.name)
        report.problems += failures.map { problem(config, $0, files) }
        report.specCount += plugins.reduce(0) { $0 + $1.folder.specs.count }
        return plugins.map(OwnerCheck.init) + [site]
    }

    /// As a start does it; what it finds was found before, or only shows when scripts run.
    private func load(
        _ config: ConfigFile, _ files: SiteScripts, _ parsed: ParsedConfiguration?, _ report: inout Report
    ) async {
        do {
            let site = try await SiteCheck(configPath: configPath, logger: logger).run()
            let folders = site.loaded.configuration.missingFolders(relativeTo: config.directory)
            report.problems += (site.loaded.warnings + folders).map { problem(config, $0, .warning) }
            report.problems += files.unusedClaims(in: site.loaded.rules)
            report.problems += files.unreadableClaims(in: site.loaded.rules)
            report.problems += site.loaded.rules.openDefaultProblems + site.loaded.rules.strayRoleProblems
            report.site = site
        } catch let error as ScriptSetError {
            report.add(error.failures.map { problem(config, $0, files) })
        } catch let error as SiteError where parsed != nil {
            report.problems += error.problems.map {
                CheckProblem(code: "config.invalid", message: $0, file: configPath)
            }
        } catch let error as SiteError {
            _ = error  // the configuration's mistakes, which are reported above with their places
        } catch {
            report.problems.append(CheckProblem(code: "config.invalid", message: "\(error)", file: configPath))
        }
    }

    /// A mistake in the configuration, at the key that it is about.
    private func problem(
        _ config: ConfigFile, _ problem: ConfigurationProblem, _ severity: CheckProblem.Severity = .error
    ) -> CheckProblem {
        let place = TablePlaces(config.source(named: configPath).text).place(problem.path)
        return CheckProblem(
            severity, code: problem.code, message: problem.description, file: configPath, line: place?.line,
            column: place?.column)
    }

    /// A failure that may be the configuration's, a manifest's, or a script's.
    private func problem(_ config: ConfigFile, _ failure: ScriptFailure, _ files: SiteScripts) -> CheckProblem {
        let manifest = files.shelf.folders.values.compactMap(\.manifest).first { $0.name == failure.script }
        let text = failure.script == config.name ? config.source(named: configPath).text : manifest?.text
        guard failure.line == nil, let text, let path = failure.message.split(separator: ":").first else {
            return CheckProblem(atHome(failure, config), in: files.sources)
        }
        let place = TablePlaces(text).place(String(path))
        return CheckProblem(
            code: failure.code, message: failure.message, file: atHome(failure, config).script ?? configPath,
            line: place?.line, column: place?.column)
    }

    /// With the path of `config.lua` as it was given.
    private func atHome(_ failure: ScriptFailure, _ config: ConfigFile) -> ScriptFailure {
        guard failure.script == config.name else { return failure }
        return ScriptFailure(code: failure.code, message: failure.message, script: configPath, line: failure.line)
    }
}

extension ConfigFile {
    /// The configuration where it is right, also for development alone: secrets that are missing are made up.
    /// - Throws: As `load`; what is wrong with it in development mode, too. The rest is told once that is right.
    fileprivate func lenientlyLoaded() async throws -> ParsedConfiguration {
        do {
            return try await load()
        } catch let strict as ConfigurationError {
            let mode = DevelopmentMode(key: Secret(Base64URL.encode(try randomBytes(18))))
            let secret = Secret(Base64URL.encode(try randomBytes(32)))
            do {
                return try await load(development: mode, developmentSecret: secret)
            } catch let lenient as ConfigurationError {
                // A site that is no site of this machine has nothing to do with development mode.
                throw lenient.problems.allSatisfy(strict.problems.contains) ? lenient : strict
            }
        }
    }
}
