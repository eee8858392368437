/// What the rules say about a request. Only ``Verdict/allow`` lets it through; everything else, errors too, does not.
///
/// Nothing of it converts to a boolean on purpose: whoever acts on a decision looks at its verdict.
public struct Decision: Sendable, Equatable {
    /// One of six; there is no seventh that a client could fall through.
    public enum Verdict: Sendable, Equatable {
        /// Go on.
        case allow
        /// No, with this status (401, 403, 404, 410 or 429).
        case deny(status: Int)
        /// Sign in first; with this provider, where one is named.
        case login(provider: String?)
        /// Go there instead: an absolute URL that passed the redirect check; status 302 or 303.
        case redirect(to: String, status: Int)
        /// Sign in again: the last sign-in is older than this many seconds, or nobody knows when it was.
        case stepUp(maxAge: Int64)
        /// It could not be judged. 503, and nobody comes in.
        case error
    }

    /// A header field for whoever stands behind. Without a value it is to be deleted, so that nobody can send it in.
    public struct IdentityHeader: Sendable, Equatable {
        /// As written in `inject`.
        public let name: String
        /// Visible ASCII; `nil` deletes the field.
        public let value: String?
    }

    /// What to do.
    public let verdict: Verdict
    /// Why, as a stable name: `rule.roles`, `request.target`, or the code of a script's `deny{ code = … }`.
    public let code: String
    /// Why, in words for the log; no secrets.
    public let message: String?
    /// Which rule it was; `nil` where none was reached.
    public let rule: RulePlace?
    /// All fields of `inject`, each with a value or to be deleted.
    public let identityHeaders: [IdentityHeader]
    /// `Set-Cookie` values that belong on the answer (a session read may re-issue its token).
    public let setCookies: [String]
    /// Which generation decided.
    public let generation: String

    /// Whether the request may go on: exactly when the verdict is ``Verdict/allow``.
    public var isAllowed: Bool { verdict == .allow }
}

/// Where a rule stands.
public struct RulePlace: Sendable, Hashable, CustomStringConvertible {
    /// The rule's own name: `refund`. `default` for the default.
    public let id: String
    /// `scripts/rules.lua`.
    public let file: String
    /// Counted from 1.
    public let line: Int?

    public var description: String { "\(id) (\(file)\(line.map { ":\($0)" } ?? ""))" }
}

extension Denial.Code {
    // What rules say.
    /// A route's own conditions hold.
    public static let ruleAllows = Denial.Code("rule.allows")
    /// A `forbid` entry was hit.
    public static let ruleForbids = Denial.Code("rule.forbids")
    /// A `default` said no.
    public static let ruleDefault = Denial.Code("rule.default")
    /// No route matches, and there is no `default`.
    public static let ruleNone = Denial.Code("rule.none")
    /// There are no rules at all.
    public static let rulesAbsent = Denial.Code("rules.absent")
    /// Scripts are off (`--no-scripts`), and rules with them.
    public static let rulesOff = Denial.Code("rules.off")
    /// Nobody is signed in where somebody must be.
    public static let ruleLogin = Denial.Code("rule.login")
    /// The user has none of the roles.
    public static let ruleRoles = Denial.Code("rule.roles")
    /// The token lacks a scope (RFC 6750 section 3.1).
    public static let ruleScopes = Denial.Code("rule.scopes")
    /// The last sign-in is too long ago (RFC 9470).
    public static let ruleMaxAge = Denial.Code("rule.maxAge")
    /// The client's address is not in the route's network.
    public static let ruleNetwork = Denial.Code("rule.network")
    /// The route's `when` said false.
    public static let ruleWhen = Denial.Code("rule.when")
    /// The route's `decide` said no and gave no code of its own.
    public static let ruleDecide = Denial.Code("rule.decide")
    /// `decide` set a header that is not in `inject`, or a value that no header has.
    public static let ruleHeader = Denial.Code("rule.header")
}
