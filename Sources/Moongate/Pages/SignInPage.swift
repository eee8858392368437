/// What the sign-in page shows.
public struct SignInPage: Sendable {
    /// The token that the page's cookie belongs to (contract 2.2).
    public var csrfToken: String
    /// Where to go afterwards; checked already (contract 2.3), never the raw query parameter.
    public var callbackUrl: String
    /// One form each, in the order of the configuration.
    public var forms: [SignInForm]
    /// `error` of the query, as it came: an unknown value shows a general sentence, never itself.
    public var error: String?
    /// Origins beside our own and https ones that a form leads through: issuers on http. `redirects` are known.
    public var formTargets: [String]

    /// A page from its parts.
    public init(
        csrfToken: String, callbackUrl: String, forms: [SignInForm], error: String? = nil, formTargets: [String] = []
    ) {
        self.csrfToken = csrfToken
        self.callbackUrl = callbackUrl
        self.forms = forms
        self.error = error
        self.formTargets = formTargets
    }
}

/// One provider's form.
public struct SignInForm: Sendable {
    /// What the form asks for.
    public enum Kind: Sendable {
        /// Only a button; the provider asks for the rest.
        case button
        /// These fields.
        case fields([CredentialsConfiguration.Field])
        /// "Sign in as …"; `asksForKey` until this browser has shown the key that the terminal printed.
        case development(asksForKey: Bool)
    }

    /// The provider's id.
    public var id: String
    /// The provider's name, as on the button.
    public var name: String
    /// Where it posts to: `signinUrl` of a provider with a button, else `callbackUrl` (contract 1.4, E1).
    public var action: String
    /// What it asks for.
    public var kind: Kind

    /// A form from its parts.
    public init(id: String, name: String, action: String, kind: Kind) {
        self.id = id
        self.name = name
        self.action = action
        self.kind = kind
    }

    /// The form of a configured provider.
    /// - Parameters:
    ///   - baseUrl: Origin and base path.
    ///   - asksAnew: A provider elsewhere is to ask again who is signed in there already.
    public init(_ provider: Provider, baseUrl: String, asksForKey: Bool, asksAnew: Bool = false) {
        let posts = { (action: String) in "\(baseUrl)/\(action)/\(provider.id)" }
        switch provider.kind {
        case .oidc:
            let action = posts("signin") + (asksAnew ? "?prompt=login" : "")
            self.init(id: provider.id, name: provider.name, action: action, kind: .button)
        case .credentials(let credentials):
            self.init(
                id: provider.id, name: provider.name, action: posts("callback"), kind: .fields(credentials.fields))
        case .dev:
            self.init(
                id: provider.id, name: provider.name, action: posts("callback"),
                kind: .development(asksForKey: asksForKey))
        }
    }

    /// Whether the form leads away, to a provider.
    var leavesSite: Bool {
        if case .button = kind { true } else { false }
    }
}
