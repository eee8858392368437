/// Hooks that are Swift closures. `nil` is absent, so the session path skips it. Where a script has a hook of the same
/// name, the closure runs first and the script is given what the closure left.
///
/// A closure that throws never becomes permission: at sign-in the user is refused with `Configuration`, on a session
/// read the answer is 503 and the cookie stays as it was.
public struct Hooks: Sendable {
    /// May this user sign in? The first refusal or redirect wins.
    public var signIn: (@Sendable (SignInInput) async throws -> SignInVerdict)?
    /// Where to go; `nil` for the default. Whatever it returns passes the one redirect check.
    public var redirect: (@Sendable (RedirectInput) async throws -> String?)?
    /// Changes the token at sign-in, on reads and on updates. Reserved claims keep their value.
    public var jwt: (@Sendable (_ token: inout Claims, JWTInput) async throws -> TokenVerdict)?
    /// Changes what the client sees.
    public var session: (@Sendable (_ session: inout Claims, SessionInput) async throws -> Void)?
    /// Checks credentials.
    public var authorize: (@Sendable (CredentialsInput) async throws -> AuthorizeVerdict)?
    /// Is told what happened, without delaying the answer. Throwing changes nothing: it is logged. What throws
    /// ``StoreError`` with `unavailable` is told a few times again.
    public var event: (@Sendable (AuthEvent) async throws -> Void)?
    /// Which events the closure ``event`` is told: all of them. Leave ``AuthEvent/Name/session`` out where you do not
    /// need it: otherwise every session read is told.
    public var heardEvents = Set(AuthEvent.Name.allCases)

    /// No hooks.
    public init() {}
}

/// What `signIn` is given (contract 4.5).
public struct SignInInput: Sendable {
    /// The stored user when the account is known, else the user as the provider describes them.
    public var user: Claims
    /// The account with all that the token endpoint gave.
    public var account: Claims
    /// The provider's claims; `nil` for credentials.
    public var profile: Claims?
    /// What the form held; `nil` for other providers. Holds what the user typed as a password.
    public var credentials: Claims?
}

/// What `signIn` answers.
public enum SignInVerdict: Sendable, Equatable {
    /// Go on.
    case allow
    /// Refuse: the client sees `AccessDenied`, the log has the code.
    case deny(Denial)
    /// Refuse and go there instead (same origin, or listed in `redirects`).
    case redirect(String)
}

/// What `redirect` is given.
public struct RedirectInput: Sendable {
    /// What was asked for, as received.
    public var url: String
    /// The site's origin.
    public var baseUrl: String
}

/// What `jwt` is given beside the token (contract 4.2, 4.4).
public struct JWTInput: Sendable {
    /// At sign-in only.
    public var user: Claims?
    /// At sign-in only.
    public var account: Claims?
    /// At sign-in only, and not for credentials.
    public var profile: Claims?
    /// `signIn`, `signUp`, `update`; `nil` on a read.
    public var trigger: String?
    /// At sign-in: whether the user was made just now; `nil` without a store.
    public var isNewUser: Bool?
    /// On an update: what the client sent.
    public var session: JSONValue?
}

/// What `jwt` answers.
public enum TokenVerdict: Sendable, Equatable {
    /// The token as it is now.
    case keep
    /// No session: the cookie is cleared.
    case endSession
}

/// What `session` is given beside the session (contract 4.2, 4.3).
public struct SessionInput: Sendable {
    /// Strategy `jwt`: the token after the `jwt` hooks.
    public var token: Claims?
    /// Strategy `database`: the stored user.
    public var user: Claims?
    /// On an update: what the client sent.
    public var newSession: JSONValue?
    /// `update`, or `nil` on a read.
    public var trigger: String?
}

/// What `authorize` is given (contract 8.1).
public struct CredentialsInput: Sendable {
    /// The form's fields; our own `csrfToken` and `callbackUrl` are not among them.
    public var credentials: Claims
    /// The provider's id.
    public var provider: String
    /// The address of the client, where it is known.
    public var peer: String?
}

/// What `authorize` answers.
public enum AuthorizeVerdict: Sendable, Equatable {
    /// These credentials belong to this user; `id` should be there, `name`, `email` and `image` may.
    case user(Claims)
    /// They belong to nobody: `CredentialsSignin`.
    case refuse
    /// Refused with a code of yours, which the client sees as `code`.
    case deny(Denial)
}
