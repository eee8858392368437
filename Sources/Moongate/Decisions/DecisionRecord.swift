import MoongateTokens

/// How one request was judged: the canonical request, the rules that were tried, what was read, and the decision.
///
/// `moongate explain`, the decision log and tests tell of a decision in this one form, so the same rules and the same
/// request give the same bytes in every shape of the product. There are no secrets in it: no cookie, no `Authorization`,
/// no value of a query parameter or claim whose name says that it is secret.
public struct DecisionRecord: Sendable {
    /// What was decided.
    public let decision: Decision
    /// The canonical request; `nil` where the request is none, and the decision says why.
    let request: CanonicalRequest?
    /// What rules saw of it; `nil` where none was asked.
    private let trace: RuleTrace?
    /// Path and query without secrets.
    let target: String
    let tried: RulesTried?
    /// What conditions and functions were given.
    let read: [String: JSONValue]

    /// A record of a traced judgement.
    package init(_ judgement: Judgement) {
        decision = judgement.decision
        request = judgement.request
        trace = judgement.trace
        if let request, let trace {
            let tried = RulesTried(trace, request)
            self.tried = tried
            target = Self.target(request, tried.patterns)
            read = Self.read(trace)
        } else {
            tried = nil
            target = request.map { Self.target($0, []) } ?? ""
            read = [:]
        }
    }

    private static func target(_ request: CanonicalRequest, _ patterns: [PathPattern]) -> String {
        let path = RecordSecrets.path(request.rawPath, patterns)
        guard request.target.utf8.count > request.rawPath.utf8.count else { return path }
        return path + "?" + RecordSecrets.query(request.rawQuery)
    }

    /// `signedIn` where somebody asked, and then only what was asked for.
    private static func read(_ trace: RuleTrace) -> [String: JSONValue] {
        var read: [String: JSONValue] = [:]
        for network in trace.networks {
            let holds: JSONValue = network.holds.map(JSONValue.bool) ?? .null
            read["networks"] = .object((read["networks"]?.objectValue ?? [:]).merging([network.name: holds]) { $1 })
        }
        guard let subject = trace.subject else { return read }
        read["signedIn"] = .bool(subject.isSignedIn)
        guard subject.isSignedIn else { return read }
        if trace.asked.contains(.roles) || !trace.given.isEmpty {
            read["roles"] = .array(subject.roles.map(JSONValue.string))
        }
        if trace.asked.contains(.scopes) { read["scopes"] = .array(subject.scopes.map(JSONValue.string)) }
        if trace.asked.contains(.authTime) || !trace.given.isEmpty {
            read["authTime"] = subject.authTime.map(JSONValue.integer) ?? .null
        }
        var claims: [String: JSONValue] = [:]
        for readable in trace.given {
            let user = (try? JSONValue(parsing: subject.user(readable)))?.objectValue ?? [:]
            for (name, value) in user where name != "roles" { claims[name] = RecordSecrets.hiding(value, of: name) }
        }
        if !trace.given.isEmpty { read["user"] = .object(claims) }
        return read
    }
}
