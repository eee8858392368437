import MoongateTokens

/// Reads the table that `config.lua` returns into a ``Configuration``, or says everything that is wrong with it.
///
/// Pure: environment and secrets come through the ``SecretSource``. Keys that the design has and this version does not
/// are refused by name, so nobody believes that a setting works when it is ignored.
public struct ConfigurationParser {
    private(set) var secrets: any SecretSource
    let development: DevelopmentMode?
    let developmentSecret: Secret?

    /// A parser for one start.
    ///
    /// - Parameters:
    ///   - secrets: Answers `secret "NAME"` and what is inferred from the environment (contract 13).
    ///   - development: Allows the `dev` provider; `nil` refuses it.
    ///   - developmentSecret: Stands in for a missing `secret`, in development mode only.
    public init(secrets: any SecretSource, development: DevelopmentMode? = nil, developmentSecret: Secret? = nil) {
        self.secrets = secrets
        self.development = development
        self.developmentSecret = developmentSecret
    }

    /// The configuration and its warnings.
    /// - Throws: ``ConfigurationError`` with all mistakes at once.
    public func parse(_ document: JSONValue) throws -> ParsedConfiguration {
        let problems = ConfigurationProblems()
        let used = RecordingSecretSource(secrets)
        var reading = self
        reading.secrets = used
        let configuration = ConfigurationTable(document, path: "", problems: problems).flatMap(reading.read)
        guard problems.errors.isEmpty, let configuration else { throw ConfigurationError(problems.errors) }
        return ParsedConfiguration(
            configuration: configuration, warnings: problems.warnings, secrets: secrets,
            engineNames: used.names.union(Self.ownNames(configuration)))
    }

    private static let known = [
        "url", "basePath", "secret", "allowShortSecret", "session", "jwt", "database", "providers", "plugins",
        "scripts", "redirects", "trustedProxies", "pages", "cookies", "theme", "limits", "reload",
        "decisions",
    ]

    /// Names that stand for the engine's own secrets whether or not this configuration looks them up.
    private static func ownNames(_ configuration: Configuration) -> [String] {
        let site = ["AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"]
        return site
            + configuration.providers.flatMap { provider in
                let prefix = variablePrefix(provider.id)
                return ["\(prefix)_ID", "\(prefix)_SECRET", "\(prefix)_ISSUER"]
            }
    }

    /// `AUTH_GITHUB`, as Auth.js has it.
    static func variablePrefix(_ provider: String) -> String {
        "AUTH_" + provider.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// `nil` only after a problem was added: without an origin there is nothing to build on.
    private func read(_ table: ConfigurationTable) -> Configuration? {
        table.allow(Self.known, unavailable: ["upstream"])
        refuseUnavailable(table)
        let site = readSite(table)
        let secrets = readSecrets(table, isLoopback: site?.origin.isLoopback ?? false)
        let database = readDatabase(table)
        let session = readSession(table, database: database)
        let providers = readProviders(table)
        let redirects = readRedirects(table)
        let trustedProxies = readTrustedProxies(table)
        let pages = readPages(table, site)
        let theme = readTheme(table)
        let limits = readLimits(table)
        let reload = readReload(table)
        let decisions = readDecisions(table)
        let plugins = readPlugins(table)
        let scripts = readScripts(table)
        guard let site else { return nil }

        var configuration = Configuration(origin: site.origin, secrets: secrets, providers: providers)
        configuration.basePath = site.basePath
        configuration.session = session
        configuration.database = database
        configuration.redirects = redirects
        configuration.trustedProxies = trustedProxies
        configuration.pages = pages
        configuration.theme = theme
        configuration.scriptLimits = limits
        configuration.watchesFiles = reload.watch
        configuration.runsSpecs = reload.specs
        configuration.decisions = decisions
        configuration.plugins = plugins
        configuration.scriptNeeds = scripts.needs
        configuration.allowsSignInWithoutScripts = scripts.allowsSignIn
        configuration.development = development
        return configuration
    }

    /// Tables that may stand there empty and whose entries nothing would read.
    private func refuseUnavailable(_ table: ConfigurationTable) {
        for key in ["cookies"] {
            switch table[key] {
            case nil: continue
            case .array(let items)? where items.isEmpty: continue
            case .object(let members)? where members.isEmpty: continue
            case .array?, .object?: table.problems.unavailable(key, "`\(key)`")
            case let other?: table.problems.add("config.type", key, "expected a table, got \(other.luaTypeName)")
            }
        }
    }
}
