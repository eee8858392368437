import MoongateTokens

/// Everything an operator decides, checked and complete: what `config.lua` returns, or what an embedder sets by hand.
/// Names are Auth.js's (contract 13); times are whole seconds.
public struct Configuration: Sendable {
    /// The public origin: `scheme://host[:port]`, nothing after it.
    public var origin: Origin
    /// Under which path the endpoints live: `/auth`; begins with `/`, does not end with one.
    public var basePath: String
    /// The first writes, all read.
    public var secrets: [Secret]
    /// How sessions live.
    public var session: SessionConfiguration
    /// Which database, as written: `sqlite:moongate.db`, `memory:`; `nil` for none.
    public var database: String?
    /// In the order in which they are shown.
    public var providers: [Provider]
    /// Further origins that a redirect may go to.
    public var redirects: [Origin]
    /// Own pages, as in Auth.js: paths or absolute URLs that are redirected to.
    public var pages: PagesConfiguration
    /// Looks of the built-in pages.
    public var theme: ThemeConfiguration
    /// Budgets of one script call.
    public var scriptLimits: ScriptLimits
    /// Which plugins take part, in the order of their turn.
    public var plugins: [PluginEntry]
    /// What the site's own scripts may use.
    public var scriptNeeds: ScriptNeeds
    /// Reload when files change.
    public var watchesFiles: Bool
    /// A reload runs the scripts' specs first, and is refused when one fails.
    public var runsSpecs: Bool
    /// `scripts.noScripts = "allow"`: people may sign in while scripts are off, whatever `signIn.lua` would have said.
    public var allowsSignInWithoutScripts: Bool
    /// Peers whose `X-Forwarded-For` counts for the client's address, and who are told the generation.
    public var trustedProxies: [NetworkRange]
    /// Which decisions of the access rules are recorded.
    public var decisions: DecisionsConfiguration
    /// What only development mode has; `nil` outside it.
    public var development: DevelopmentMode?

    /// A configuration with Auth.js's defaults.
    public init(origin: Origin, secrets: [Secret], providers: [Provider] = []) {
        self.origin = origin
        basePath = "/auth"
        self.secrets = secrets
        session = SessionConfiguration()
        database = nil
        self.providers = providers
        redirects = []
        pages = PagesConfiguration()
        theme = ThemeConfiguration()
        scriptLimits = ScriptLimits()
        plugins = []
        scriptNeeds = ScriptNeeds()
        watchesFiles = true
        runsSpecs = true
        allowsSignInWithoutScripts = false
        trustedProxies = []
        decisions = DecisionsConfiguration()
        development = nil
    }

    /// Cookies carry the `__Secure-` and `__Host-` prefixes and `Secure` exactly when the origin is https.
    public var usesSecureCookies: Bool { origin.scheme == .https }
}

/// Sessions (contract 13, `session` and `jwt`).
public struct SessionConfiguration: Sendable {
    /// Where the session lives.
    public enum Strategy: String, Sendable, CaseIterable {
        /// In an encrypted cookie.
        case jwt
        /// In a row of the database; the cookie holds its key.
        case database
    }

    /// Where sessions live.
    public var strategy: Strategy = .jwt
    /// How long a session lasts without being used, in seconds.
    public var maxAge: Int64 = 2_592_000
    /// How old a session gets before a read extends it, in seconds.
    public var updateAge: Int64 = 86_400
    /// Whether the store keeps SHA-256 of the token or the token itself (beside a running Auth.js).
    public var storesPlainTokens = false
    /// `jwt.reissue = "always"`: every read sets a new cookie, as Auth.js does.
    public var alwaysReissues = false

    /// Auth.js's defaults.
    public init() {}
}

/// Auth.js's `pages`.
public struct PagesConfiguration: Sendable {
    /// Instead of the built-in sign-in page.
    public var signIn: String?
    /// Instead of the built-in sign-out page.
    public var signOut: String?
    /// Instead of the built-in error page.
    public var error: String?
    /// Where a new user goes first.
    public var newUser: String?

    /// Built-in pages throughout.
    public init() {}
}

/// Auth.js's `theme`.
public struct ThemeConfiguration: Sendable {
    /// Follow the system, or always one.
    public enum ColorScheme: String, Sendable, CaseIterable {
        /// As the system says.
        case auto
        /// Always light.
        case light
        /// Always dark.
        case dark
    }

    /// Light or dark.
    public var colorScheme: ColorScheme = .auto
    /// `#rrggbb` of buttons and links.
    public var brandColor: String?
    /// `#rrggbb` of the text on buttons.
    public var buttonText: String?
    /// What the pages call the site; the origin's host where unset.
    public var name: String?

    /// The built-in looks.
    public init() {}
}

/// Budgets of one script call (`limits.script`).
public struct ScriptLimits: Sendable, Equatable {
    /// Virtual-machine instructions.
    public var steps: Int64 = 1_000_000
    /// Milliseconds of thread CPU time.
    public var cpuMs: Int64 = 20
    /// Milliseconds on the wall, waits included.
    public var wallMs: Int64 = 2000
    /// MiB of memory.
    public var memoryMB: Int64 = 32
    /// KiB of the encoded result.
    public var resultKB: Int64 = 64

    /// The built-in budgets.
    public init() {}
}

/// `serve --dev`.
public struct DevelopmentMode: Sendable {
    /// Asked for by the `dev` provider; new at each start; stands in the link on the terminal.
    public var key: Secret

    /// Development mode with a key.
    public init(key: Secret) { self.key = key }
}
