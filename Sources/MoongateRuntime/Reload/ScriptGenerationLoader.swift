import Logging
import Moongate
import MoongateLua
import MoongateTokens

/// Reads `config.lua`, the scripts and the plugins beside it into one generation. Each file is read once: what is checked is what
/// runs.
public struct ScriptGenerationLoader: Sendable {
    /// What a generation is made of beside the files.
    public struct Options: Sendable {
        /// Allows the `dev` provider.
        public var development: DevelopmentMode?
        /// Stands in for a missing secret in development mode.
        public var developmentSecret: Secret?
        /// `false` under `--no-scripts`: hooks are not even read.
        public var usesScripts = true
        /// Whether the tests of rule files have to hold.
        public var testsRules = true
        /// Machines that are made before the generation serves its first request.
        public var warmMachines = 1
        /// Stands in for the process's environment, in tests.
        public var environment: [String: String]?

        /// Neither development mode nor anything else that is unusual.
        public init() {}
    }

    /// Where `config.lua` is.
    public let configPath: String
    private let options: Options
    private let services: @Sendable (Configuration) throws -> HostServices

    /// A loader.
    /// - Parameters:
    ///   - configPath: The path of `config.lua`; scripts lie in `scripts/` beside it, plugins in `plugins/`.
    ///   - services: What functions of the host stand on, asked for each generation once its configuration is checked and
    ///     before its scripts are compiled. Origin, secrets and reserved names are the configuration's.
    public init(
        configPath: String, options: Options = Options(),
        services: @escaping @Sendable (Configuration) throws -> HostServices
    ) {
        self.configPath = configPath
        self.options = options
        self.services = services
    }

    /// A loader whose scripts have a clock and a log, and nothing else.
    /// - Parameters:
    ///   - configPath: The path of `config.lua`; scripts lie in `scripts/` beside it, plugins in `plugins/`.
    ///   - clock: Answers the scripts' `time.now()`.
    ///   - logger: Takes what scripts log.
    public init(
        configPath: String, options: Options = Options(), clock: any AuthClock = SystemClock(), logger: Logger
    ) {
        self.init(configPath: configPath, options: options) { _ in HostServices(clock: clock, logger: logger) }
    }

    /// The files that a generation is made of.
    public var files: WatchedFiles { WatchedFiles(configPath: configPath, usesScripts: options.usesScripts) }

    /// A generation of the files as they are now.
    /// - Throws: ``MoongateLua/ScriptSetError`` or ``Moongate/ConfigurationError`` with all that is wrong.
    public func load() async throws -> LoadedGeneration { try await load(after: nil) }

    /// - Parameter current: What runs now; where the files differ from it, their specs have to hold.
    private func load(after current: LoadedGeneration?) async throws -> LoadedGeneration {
        let config = try ConfigFile.read(configPath)
        let files = options.usesScripts ? SiteScripts.read(config.directory) : SiteScripts()
        let parsed = try await config.load(
            environment: options.environment, development: options.development,
            developmentSecret: options.developmentSecret)
        let services = try services(parsed)
        let (owners, plugins) = try await owners(files, parsed, config, services)
        let runner = try await LuaHookRunner.load(owners, services: services)
        try await checkRules(runner, owners, parsed.configuration, services)
        let digest = SHA256.hash(config.digest + files.digest)
        if let current, current.digest != digest, parsed.configuration.runsSpecs {
            try await SpecGate(directory: config.directory, addresses: services.http).check(files, parsed)
        }
        try runner.warm(options.warmMachines)
        var next = LoadedGeneration(
            id: Hex.encode(Array(digest.prefix(6))), digest: digest, configuration: parsed.configuration,
            warnings: parsed.warnings + warnings(parsed.configuration, runner) + Self.warnings(files, plugins),
            runner: runner.isEmpty ? nil : runner, scriptsAreOff: !options.usesScripts,
            hooks: HookName.allCases.filter { files.scripts.has($0) }, plugins: plugins, rules: runner.rules,
            ruleFiles: files.scripts.rules.map(\.name))
        next.secretFiles = parsed.secretFiles
        next.missingNames = missingNames(files, plugins, parsed, config)
        if let current {
            // Better told now, while something serves; a start has nothing that could go on instead.
            let new = await next.missingNames.found(notIn: current.missingNames)
            guard new.isEmpty else { throw ScriptSetError(new) }
        }
        return next
    }

    /// Rules have to fit the configuration, and the tests of their files have to hold.
    private func checkRules(
        _ runner: LuaHookRunner, _ owners: [OwnedScripts], _ configuration: Configuration, _ services: HostServices
    ) async throws {
        guard !runner.rules.isEmpty else { return }
        var failures = runner.rules.failures(with: configuration)
        if failures.isEmpty, options.testsRules, let site = owners.first(where: { $0.owner.id == ScriptOwner.site }) {
            failures = await RuleTests(site, configuration: configuration, addresses: services.http).run().failures
        }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
    }

    /// Of what `moongate check` finds, names that nothing is behind: using one raises. Ways that return nothing are left to
    /// `check`, which cannot know whether anybody goes there.
    private static let missingNameCodes: Set<String> = [
        "script.undeclared", "script.unknownFunction", "script.unknownLibrary", "script.unknownSetting",
        "script.colonCall", "needs.undeclared",
    ]

    private func missingNames(
        _ files: SiteScripts, _ plugins: [Plugin], _ parsed: ParsedConfiguration, _ config: ConfigFile
    ) -> MissingNames {
        guard options.usesScripts else { return MissingNames { [] } }
        return MissingNames {
            let checks = plugins.map(OwnerCheck.init) + [OwnerCheck(files, parsed, config, named: config.name)]
            return checks.flatMap { $0.problems(withSpecs: parsed.configuration.runsSpecs, asksLibraries: false) }
                .filter { Self.missingNameCodes.contains($0.code) }.map(ScriptFailure.init)
        }
    }

    /// What the program offers, with what this configuration says.
    private func services(_ parsed: ParsedConfiguration) throws -> HostServices {
        var services = try services(parsed.configuration)
        services.secrets = parsed.secrets
        services.reservedNames = parsed.engineNames
        services.origin = parsed.configuration.origin
        return services
    }

    /// Who takes part, in the order of their turn: the plugins of the configuration, then the site.
    /// - Throws: ``MoongateLua/ScriptSetError`` with everything that can be known to be wrong, of all owners.
    private func owners(
        _ files: SiteScripts, _ parsed: ParsedConfiguration, _ config: ConfigFile, _ services: HostServices
    ) async throws -> (owners: [OwnedScripts], plugins: [Plugin]) {
        guard options.usesScripts else { return ([], []) }
        let needs = parsed.configuration.scriptNeeds
        let site = OwnedScripts(site: files.scripts, needs: needs, limits: parsed.configuration.scriptLimits)
        let (plugins, refused) = await files.shelf.choose(parsed, configName: config.name)
        var failures =
            files.failures
            + needs.refusals(of: parsed.engineNames, path: "scripts.needs").map { problem in
                ScriptFailure(
                    code: problem.code, message: "\(problem.path): \(problem.sentence)", script: config.name)
            }
            + refused
        let owners = plugins.map(OwnedScripts.init) + [site]
        guard !failures.isEmpty else { return (owners, plugins) }
        // Those that could be read may have mistakes of their own.
        do { _ = try await LuaHookRunner.load(owners, services: services) } catch let error as ScriptSetError {
            failures += error.failures
        }
        throw ScriptSetError(failures.map(config.located))
    }

    /// A form that nobody checks would refuse everybody, as if all passwords were wrong.
    private func warnings(_ configuration: Configuration, _ runner: LuaHookRunner) -> [ConfigurationProblem] {
        guard options.usesScripts, runner.chain(.authorize).isEmpty else { return [] }
        return configuration.providers.enumerated().compactMap { index, provider in
            guard case .credentials = provider.kind else { return nil }
            return ConfigurationProblem(
                code: "config.warning", path: "providers[\(index + 1)]",
                sentence: "nobody can sign in here without scripts/authorize.lua, which is not there")
        }
    }

    /// Who may write a script decides who may sign in.
    private static func warnings(_ files: SiteScripts, _ plugins: [Plugin]) -> [ConfigurationProblem] {
        (files.scripts.openToAll + plugins.flatMap(\.folder.openToAll)).map { file in
            ConfigurationProblem(
                code: "config.warning", path: "",
                sentence: "everybody on this machine may write to \(file): take that away (chmod o-w)")
        }
    }

    /// A generation that may follow `current`; `nil` when the files are those that it was made of, and its secrets those
    /// that it was given.
    /// - Throws: As ``load()``, and ``ReloadRefusal`` when the change needs a restart.
    public func reload(after current: LoadedGeneration) async throws -> LoadedGeneration? {
        let next = try await load(after: current)
        guard next.digest != current.digest || next.secretFiles != current.secretFiles else { return nil }
        let fixed = current.needsRestart(for: next.configuration)
        guard fixed.isEmpty else { throw ReloadRefusal(code: "reload.needsRestart", names: fixed) }
        // A file that is gone may be a deployment in its middle. A hook that silently stops must not open a door.
        let hooks = current.hooks.filter { $0 != .rules && !next.hooks.contains($0) }
        let removed =
            hooks.map { "scripts/\($0.rawValue).lua" } + current.ruleFiles.filter { !next.ruleFiles.contains($0) }
        guard removed.isEmpty else { throw ReloadRefusal(code: "reload.hookRemoved", names: removed) }
        return next
    }
}
