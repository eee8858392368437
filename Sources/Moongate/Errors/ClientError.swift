import MoongateTokens

/// What a client is told of an error: one of few names (contract 10.1). The log has the code.
struct ClientError: Sendable, Equatable {
    enum Page: Sendable { case signIn, error }

    /// Auth.js's `?error=` name.
    let name: String
    /// Which page shows it.
    let page: Page
    /// `&code=`, for credentials only.
    var code: String?

    static let configuration = ClientError(name: "Configuration", page: .error)
    static let accessDenied = ClientError(name: "AccessDenied", page: .error)
    static let missingCSRF = ClientError(name: "MissingCSRF", page: .signIn)
    static let notLinked = ClientError(name: "OAuthAccountNotLinked", page: .signIn)
    static let callback = ClientError(name: "OAuthCallbackError", page: .signIn)

    static func credentials(_ code: String) -> ClientError {
        ClientError(name: "CredentialsSignin", page: .signIn, code: code)
    }

    /// The one place that maps refusals to names.
    init(_ denial: Denial) {
        switch denial.code {
        case .csrf: self = .missingCSRF
        case .accountNotLinked: self = .notLinked
        case .providerRefused: self = .callback
        case .signInDenied: self = .accessDenied
        case .credentials, .developmentKey: self = .credentials("credentials")
        default: self = .configuration
        }
    }

    /// What a client is told of a refusal; `nil` when something is broken instead.
    init?(refusal error: any Error) {
        switch error {
        // A provider that is down refused nobody: it is broken, and the page names the incident.
        case let denial as Denial where denial.code == .provider: return nil
        case let denial as Denial: self.init(denial)
        case is SignInRefusal: self = .accessDenied
        case let refusal as CredentialsRefusal: self = .credentials(refusal.code)
        default: return nil
        }
    }

    private init(name: String, page: Page, code: String? = nil) {
        self.name = name
        self.page = page
        self.code = code
    }
}

/// The log's side of an error: a stable code and words without secrets.
struct Incident: Sendable {
    let code: String
    let message: String
    var script: String?
    var line: Int?
    /// Trying again later may help: 503 instead of the error page.
    var isTransient = false

    /// One line for people: place, words, code.
    var text: String {
        let place = script.map { script in line.map { "\(script):\($0): " } ?? "\(script): " } ?? ""
        return "\(place)\(message) (\(code))"
    }

    init(_ error: any Error) {
        switch error {
        case let error as Denial: (code, message) = (error.code.name, error.reason)
        case let error as CredentialsRefusal: (code, message) = (Denial.Code.credentials.name, error.reason)
        case let error as SignInRefusal: (code, message) = (error.denial.code.name, error.denial.reason)
        case let error as ScriptFailure:
            (code, message, script, line) = (error.code, error.message, error.script, error.line)
            isTransient = error.code == "overloaded"
        case let error as StoreError:
            (code, message) = (error.code.name, error.message)
            isTransient = error.code == .unavailable
        case let error as FetchError: (code, message) = (error.code.name, error.message)
        case let error as TokenError: (code, message) = (error.code.rawValue, error.reason)
        case let error as SessionTooLarge:
            code = Denial.Code.sessionTooLarge.name
            message =
                "the claims are \(error.length) bytes, too many for cookies; the largest: "
                + error.largest.joined(separator: ", ")
        case is BadRequest: (code, message) = ("request.malformed", "the request is not one of the contract's")
        case is CancellationError: (code, message) = ("request.cancelled", "the client went away")
        default: (code, message) = ("hook.threw", "\(type(of: error))")
        }
    }
}
