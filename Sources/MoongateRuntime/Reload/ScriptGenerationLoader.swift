import Logging
import Moongate
import MoongateLua
import MoongateTokens

/// Reads `config.lua` and the scripts beside it into one generation. Each file is read once: what is checked is what
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
    private let clock: any AuthClock
    private let logger: Logger

    /// A loader.
    /// - Parameters:
    ///   - configPath: The path of `config.lua`; scripts lie in `scripts/` beside it.
    ///   - clock: Answers the scripts' `time.now()`.
    ///   - logger: Takes what scripts log.
    public init(
        configPath: String, options: Options = Options(), clock: any AuthClock = SystemClock(), logger: Logger
    ) {
        self.configPath = configPath
        self.options = options
        self.clock = clock
        self.logger = logger
    }

    /// The files that a generation is made of.
    public var files: WatchedFiles { WatchedFiles(configPath: configPath, usesScripts: options.usesScripts) }

    /// A generation of the files as they are now.
    /// - Throws: ``MoongateLua/ScriptSetError`` or ``Moongate/ConfigurationError`` with all that is wrong.
    public func load() async throws -> LoadedGeneration {
        let config = try ConfigFile.read(configPath)
        let scripts = options.usesScripts ? try ScriptSet.load("\(config.directory)/scripts") : ScriptSet()
        let parsed = try await config.load(
            environment: options.environment, development: options.development,
            developmentSecret: options.developmentSecret)
        let runner =
            try scripts.hooks.isEmpty
            ? nil
            : LuaHookRunner(scripts, limits: parsed.configuration.scriptLimits, clock: clock, logger: logger)
        try await runner?.validate()
        try runner?.warm(options.warmMachines)
        let digest = SHA256.hash(config.digest + scripts.digest)
        return LoadedGeneration(
            id: Hex.encode(Array(digest.prefix(6))), digest: digest, configuration: parsed.configuration,
            warnings: parsed.warnings + Self.warnings(parsed.configuration, scripts), runner: runner,
            scriptsAreOff: !options.usesScripts,
            hooks: HookName.allCases.filter { scripts.hooks[$0] != nil })
    }

    /// A form that nobody checks would refuse everybody, as if all passwords were wrong.
    private static func warnings(_ configuration: Configuration, _ scripts: ScriptSet) -> [ConfigurationProblem] {
        guard scripts.hooks[.authorize] == nil else { return [] }
        return configuration.providers.enumerated().compactMap { index, provider in
            guard case .credentials = provider.kind else { return nil }
            return ConfigurationProblem(
                code: "config.warning", path: "providers[\(index + 1)]",
                sentence: "nobody can sign in here without scripts/authorize.lua, which is not there")
        }
    }

    /// A generation that may follow `current`; `nil` when the files are those that it was made of.
    /// - Throws: As ``load()``, and ``ReloadRefusal`` when the change needs a restart.
    public func reload(after current: LoadedGeneration) async throws -> LoadedGeneration? {
        let next = try await load()
        guard next.digest != current.digest else { return nil }
        let fixed = current.needsRestart(for: next.configuration)
        guard fixed.isEmpty else { throw ReloadRefusal(code: "reload.needsRestart", names: fixed) }
        // A file that is gone may be a deployment in its middle. A hook that silently stops must not open a door.
        let removed = current.hooks.filter { !next.hooks.contains($0) }.map { "scripts/\($0.rawValue).lua" }
        guard removed.isEmpty else { throw ReloadRefusal(code: "reload.hookRemoved", names: removed) }
        return next
    }
}
