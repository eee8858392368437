import HTTPTypes
import Moongate
import MoongateTokens

/// An answer as a script gets it: `status`, `headers`, then `body` where it is text and `bodyBase64` where it is not, and
/// `json` where the answer says that it is JSON and is, else `jsonError` with the code of what is wrong with it.
enum HTTPAnswer {
    static func json(_ answer: FetchResponse) -> [UInt8] {
        var members: [String: JSONValue] = [
            "status": .integer(Int64(answer.status)), "headers": .object(headers(answer.headers)),
        ]
        if let text = String(validating: answer.body, as: UTF8.self), !answer.body.contains(0) {
            members["body"] = .string(text)
        } else {
            members["bodyBase64"] = .string(Base64.encode(answer.body))
        }
        guard isJSON(answer.headers[.contentType]) else { return JSONValue.object(members).canonicalBytes() }
        if let problem = JSONText.problem(of: answer.body, levels: 1) {
            members["jsonError"] = .string(problem.rawValue)
            return JSONValue.object(members).canonicalBytes()
        }
        // The body goes in as the text it is: it has just been checked.
        return Array("{\"json\":".utf8) + answer.body + Array(",".utf8)
            + JSONValue.object(members).canonicalBytes().dropFirst()
    }

    /// Names in lower case. Fields that came more than once are joined (RFC 9110 section 5.3), but for `set-cookie`, whose
    /// values may hold commas: it is always a list.
    private static func headers(_ fields: HTTPFields) -> [String: JSONValue] {
        var all: [String: [String]] = [:]
        for field in fields where field.name.canonicalName.utf8.count <= 256 {
            all[field.name.canonicalName, default: []].append(field.value)
        }
        var members: [String: JSONValue] = [:]
        for (name, values) in all {
            let isCookie = name == HTTPField.Name.setCookie.canonicalName
            members[name] = isCookie ? .array(values.map { .string($0) }) : .string(values.joined(separator: ", "))
        }
        return members
    }

    /// `application/json` and its relatives (RFC 6839).
    private static func isJSON(_ type: String?) -> Bool {
        guard let type else { return false }
        let essence = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        return essence == "application/json" || essence.hasPrefix("application/") && essence.hasSuffix("+json")
    }
}
