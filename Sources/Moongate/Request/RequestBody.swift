import HTTPTypes
import MoongateTokens

/// The parsed body of a POST (contract 1.1): JSON, a form, or nothing at all.
enum RequestBody: Sendable {
    case none
    case form(FormFields)
    case json([String: JSONValue])

    /// - Throws: ``BadRequest`` when a JSON body is not a JSON object.
    init(of request: AuthRequest) throws {
        guard request.method == .post, let type = request.headers[.contentType]?.lowercased() else {
            self = .none
            return
        }
        if type.contains("application/json") {
            guard let value = try? JSONValue(parsing: request.body), let object = value.objectValue else {
                throw BadRequest()
            }
            self = .json(object)
        } else if type.contains("application/x-www-form-urlencoded") {
            self = .form(FormFields(urlEncoded: request.body))
        } else {
            self = .none
        }
    }

    /// A parameter as text: a form field's last value, or a JSON string.
    subscript(_ name: String) -> String? {
        switch self {
        case .none: nil
        case .form(let fields): fields[name]
        case .json(let object): object[name]?.stringValue
        }
    }

    /// All parameters as an object: what `authorize` gets as `credentials`.
    var object: [String: JSONValue] {
        switch self {
        case .none: [:]
        case .json(let object): object
        case .form(let fields):
            Dictionary(
                fields.pairs.map { ($0.name, JSONValue.string($0.value)) }, uniquingKeysWith: { _, last in last })
        }
    }
}

/// The request is not one that the contract knows: 400 `"Bad request."`.
struct BadRequest: Error {}
