import Logging
import Moongate
import MoongateCurl
import MoongateLua
import MoongateTokens

/// Looks at a site's files without serving them: `moongate check`, and where `moongate call` gets its scripts.
public struct SiteCheck: Sendable {
    /// What was found.
    public struct Report: Sendable {
        /// The generation that the files make.
        public let loaded: LoadedGeneration
        /// Why the files serve in development mode only; empty when they serve everywhere.
        public let developmentOnly: [String]
    }

    private let configPath: String
    private let testsRules: Bool
    private let logger: Logger

    /// A check of the site whose configuration is here.
    /// - Parameter testsRules: Whether the tests of rule files have to hold.
    public init(configPath: String, testsRules: Bool = true, logger: Logger = Logger(label: "moongate")) {
        self.configPath = configPath
        self.testsRules = testsRules
        self.logger = logger
    }

    /// Reads and compiles everything; opens no database and no port.
    /// - Throws: ``SiteError`` with all that is wrong, `ScriptSetError` where scripts are.
    public func run() async throws -> Report {
        do {
            return Report(loaded: try await load(development: false), developmentOnly: [])
        } catch let error as ScriptSetError {
            throw error
        } catch {
            let strict = SiteError(error, configuration: configPath)
            do {
                return Report(loaded: try await load(development: true), developmentOnly: strict.problems)
            } catch let error as ScriptSetError {
                throw error  // not found before, because the configuration came first
            } catch {
                throw strict
            }
        }
    }

    /// As in a site that serves, but that values are kept in memory, and that there are no users.
    private var services: HostServices {
        get throws {
            var services = HostServices(clock: SystemClock(), logger: logger)
            services.http = try CurlFetcher()
            services.keyValues = InMemoryKeyValueStore()
            return services
        }
    }

    private func load(development: Bool) async throws -> LoadedGeneration {
        var options = ScriptGenerationLoader.Options()
        options.warmMachines = 0
        options.testsRules = testsRules
        if development {
            // Never served: stands in for what `serve --dev` makes at its start.
            options.development = DevelopmentMode(key: Secret(Base64URL.encode(try randomBytes(18))))
            options.developmentSecret = Secret(Base64URL.encode(try randomBytes(32)))
        }
        let services = try services
        return try await ScriptGenerationLoader(configPath: configPath, options: options) { _ in services }.load()
    }
}
