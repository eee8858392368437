import MoongateTokens

/// Reads the table that `config.lua` returns into a ``Configuration``, or says everything that is wrong with it.
///
/// Pure: environment and secrets come through the ``SecretSource``. Keys that the design has and this version does not
/// are refused by name, so nobody believes that a setting works when it is ignored.
public struct ConfigurationParser {
    let secrets: any SecretSource
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
        let configuration = ConfigurationTable(document, path: "", problems: problems).flatMap(read)
        guard problems.errors.isEmpty, let configuration else { throw ConfigurationError(problems.errors) }
        return ParsedConfiguration(configuration: configuration, warnings: problems.warnings)
    }

    private static let known = [
        "url", "basePath", "secret", "allowShortSecret", "session", "jwt", "database", "providers", "plugins",
        "scripts", "redirects", "trustedProxies", "pages", "cookies", "theme", "limits", "reload",
    ]

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
        let pages = readPages(table)
        let theme = readTheme(table)
        let limits = readLimits(table)
        let watches = readReload(table)
        let allowsSignIn = readScripts(table)
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
        configuration.watchesFiles = watches
        configuration.allowsSignInWithoutScripts = allowsSignIn
        configuration.development = development
        return configuration
    }

    /// Tables that may stand there empty and whose entries nothing would read.
    private func refuseUnavailable(_ table: ConfigurationTable) {
        for key in ["plugins", "cookies"] {
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
