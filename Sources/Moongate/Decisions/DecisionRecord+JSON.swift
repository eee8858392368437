import MoongateTokens

extension DecisionRecord {
    /// The record as a JSON object: `decision`, `generation`, `read`, `request`, `tried`. docs/rules.md says what is in them.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "decision": decisionJSON, "generation": .string(decision.generation), "read": .object(read),
            "tried": .array(
                (tried?.steps ?? []).map { $0.place.json(adding: ["reason": .string($0.reason.rawValue)]) }),
        ]
        members["request"] = requestJSON
        if let omitted = tried?.omitted, omitted > 0 { members["omitted"] = .integer(Int64(omitted)) }
        return .object(members)
    }

    /// The same record gives the same bytes.
    public var canonicalBytes: [UInt8] { json.canonicalBytes() }

    private var requestJSON: JSONValue {
        guard let request else { return .null }
        let path = target.prefix { $0 != "?" }
        return [
            "host": .string(request.host), "ip": request.ip.map(JSONValue.string) ?? .null,
            "method": .string(request.method), "path": .string(String(path)), "target": .string(target),
        ]
    }

    private var decisionJSON: JSONValue {
        var members: [String: JSONValue] = ["verdict": .string(decision.verdict.name), "code": .string(decision.code)]
        members["message"] = decision.message.map(JSONValue.string)
        members["rule"] = decision.rule?.json()
        switch decision.verdict {
        case .deny(let status): members["status"] = .integer(Int64(status))
        case .login(let provider): members["provider"] = provider.map(JSONValue.string)
        case .redirect(let url, let status):
            members["to"] = .string(RecordSecrets.url(url))
            members["status"] = .integer(Int64(status))
        case .stepUp(let maxAge): members["maxAge"] = .integer(maxAge)
        case .error: members["status"] = 503
        case .allow: break
        }
        members["set"] = .object(Dictionary(uniqueKeysWithValues: headersSet.map { ($0.name, .string($0.value)) }))
        members["deleted"] = .array(headersDeleted.map(JSONValue.string))
        return .object(members)
    }

    /// Header fields that the server behind is given, without secrets, in the order of `inject`.
    var headersSet: [(name: String, value: String)] {
        decision.identityHeaders.compactMap { header in
            header.value.map { (header.name, RecordSecrets.hiding($0, of: header.name)) }
        }
    }

    /// Those that are taken from the request.
    var headersDeleted: [String] { decision.identityHeaders.filter { $0.value == nil }.map(\.name) }
}

extension RulePlace {
    func json(adding members: [String: JSONValue] = [:]) -> JSONValue {
        var all: [String: JSONValue] = ["id": .string(id), "file": .string(file)]
        all["line"] = line.map { .integer(Int64($0)) }
        return .object(all.merging(members) { $1 })
    }
}

extension Decision.Verdict {
    /// `allow`, `deny`, `login`, `redirect`, `stepUp` or `error`.
    public var name: String {
        switch self {
        case .allow: "allow"
        case .deny: "deny"
        case .login: "login"
        case .redirect: "redirect"
        case .stepUp: "stepUp"
        case .error: "error"
        }
    }
}
