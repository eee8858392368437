import MoongateTokens

/// What `decide` or `default` says: a value of the host's making, so no table from elsewhere can pass for one.
public enum RuleVerdict: Sendable, Hashable {
    /// `allow{ headers = { … } }`: headers that are named in `inject`.
    case allow(headers: [String: String])
    /// `deny{ status = 404, code = "…", message = "…" }`.
    case deny(status: Int?, code: String?, message: String?)
    /// `login{ provider = "corp" }`.
    case login(provider: String?)
    /// `redirect{ to = "/why", status = 303 }`.
    case redirect(to: String, status: Int)
    /// `stepUp{ maxAge = 300 }`.
    case stepUp(maxAge: Int64)

    /// The names of the functions that make one.
    public static let kinds = ["allow", "deny", "login", "redirect", "stepUp"]
    /// Statuses that `deny` may have.
    public static let denyStatuses = [401, 403, 404, 410, 429]

    /// A verdict from a host value's kind and payload; `nil` for anything that the host did not make so.
    public init?(kind: String, payload: JSONValue) {
        guard let members = payload.objectValue else { return nil }
        switch kind {
        case "allow":
            var headers: [String: String] = [:]
            for (name, value) in members["headers"]?.objectValue ?? [:] {
                guard case .string(let text) = value else { return nil }
                headers[name] = text
            }
            self = .allow(headers: headers)
        case "deny":
            var status: Int?
            if case .integer(let number)? = members["status"] {
                guard Self.denyStatuses.contains(Int(clamping: number)) else { return nil }
                status = Int(number)
            }
            self = .deny(
                status: status, code: members["code"]?.stringValue, message: members["message"]?.stringValue)
        case "login": self = .login(provider: members["provider"]?.stringValue)
        case "redirect":
            guard case .string(let url)? = members["to"] else { return nil }
            let status: Int64 = if case .integer(let number)? = members["status"] { number } else { 302 }
            guard status == 302 || status == 303 else { return nil }
            self = .redirect(to: url, status: Int(status))
        case "stepUp":
            guard case .integer(let seconds)? = members["maxAge"], seconds > 0 else { return nil }
            self = .stepUp(maxAge: seconds)
        default: return nil
        }
    }
}
