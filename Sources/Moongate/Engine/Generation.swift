import MoongateTokens

/// One immutable set of everything that a reload replaces: configuration, hooks, keys, pages. A request takes one and
/// keeps it to its end. A class, because taking one has to cost one reference and not one for each field.
public final class Generation: Sendable {
    /// Names it in logs and in `X-Moongate-Generation`: made from the content, so equal content has an equal id.
    public let id: String
    /// What the operator decided.
    public let configuration: Configuration
    /// Swift closures.
    public let hooks: Hooks
    /// Scripts.
    public let scripts: (any HookRunner)?
    /// Access rules.
    public let rules: RuleSet

    /// Scripts were left out on purpose, so nobody may sign in who has not been let in already.
    let refusesSignIn: Bool

    /// Whether cookies are for HTTPS alone. Asked for with every cookie, so it is not worked out each time.
    let isSecure: Bool
    let cookies: CookieNames
    let keys: GenerationKeys
    let pages: PageRenderer
    let originText: String
    let chains: HookChains
    let events: EventListeners
    /// The one target that may be answered at once: a session read whose hooks are scripts, if any; `nil` where a read
    /// has to wait for a closure or a store, or development mode looks at every header.
    let immediateTarget: String?
    /// The same for what a proxy asks; `nil` without trusted proxies, too, since only they may ask.
    let immediateVerifyTarget: String?
    /// A session is what its token says: no hook is asked, and no store.
    let readsBareTokens: Bool

    /// Derives keys and compiles pages.
    /// - Parameter scriptsAreOff: there may be scripts, and they were left out (`--no-scripts`).
    /// - Throws: when no key can be derived (an empty secret).
    public init(
        id: String, configuration: Configuration, hooks: Hooks = Hooks(), scripts: (any HookRunner)? = nil,
        rules: RuleSet = .none, scriptsAreOff: Bool = false
    ) throws {
        self.id = id
        self.configuration = configuration
        self.hooks = hooks
        self.scripts = scripts
        self.rules = scriptsAreOff ? .off : rules
        refusesSignIn = scriptsAreOff && !configuration.allowsSignInWithoutScripts
        isSecure = configuration.usesSecureCookies
        cookies = CookieNames(secure: isSecure)
        keys = try GenerationKeys(configuration.secrets, cookies: cookies)
        pages = PageRenderer(configuration)
        originText = configuration.origin.description
        chains = HookChains(scripts)
        events = EventListeners(hooks, scripts)
        readsBareTokens =
            configuration.session.strategy == .jwt && hooks.jwt == nil && hooks.session == nil && chains.jwt.isEmpty
            && chains.session.isEmpty
        let isImmediate =
            configuration.session.strategy == .jwt && configuration.development == nil && hooks.jwt == nil
            && hooks.session == nil && !events.hearSession && scripts?.canStartOver ?? true
        immediateTarget = isImmediate ? configuration.basePath + "/session" : nil
        immediateVerifyTarget =
            isImmediate && !configuration.trustedProxies.isEmpty ? configuration.basePath + "/verify" : nil
    }

    func provider(_ id: String) -> Provider? { configuration.providers.first { $0.id == id } }
}

/// One key and one purpose for each kind of sealed thing.
struct GenerationKeys: Sendable {
    let session: SealingKeys
    let pkce, state, nonce: SealedCheck

    init(_ secrets: [Secret], cookies: CookieNames) throws {
        session = try SealingKeys(secrets: secrets, salt: cookies.session)
        pkce = SealedCheck(name: cookies.pkce, keys: try SealingKeys(secrets: secrets, salt: cookies.pkce))
        state = SealedCheck(name: cookies.state, keys: try SealingKeys(secrets: secrets, salt: cookies.state))
        nonce = SealedCheck(name: cookies.nonce, keys: try SealingKeys(secrets: secrets, salt: cookies.nonce))
    }
}

/// Who has a part in each hook, looked up once per generation.
struct HookChains: Sendable {
    let signIn, redirect, jwt, session, authorize: [HookReference]

    init(_ scripts: (any HookRunner)?) {
        signIn = scripts?.chain(.signIn) ?? []
        redirect = scripts?.chain(.redirect) ?? []
        jwt = scripts?.chain(.jwt) ?? []
        session = scripts?.chain(.session) ?? []
        authorize = scripts?.chain(.authorize) ?? []
    }
}
