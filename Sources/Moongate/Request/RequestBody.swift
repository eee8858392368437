import CJSON
import HTTPTypes
import MoongateTokens

/// The parsed body of a POST (contract 1.1): JSON, a form, or nothing at all.
enum RequestBody: Sendable {
    case none
    case form(FormFields)
    case json([String: JSONValue])

    /// - Throws: ``BadRequest`` when a JSON body is not a JSON object, and when a form is none that could be one.
    init(of request: AuthRequest) throws {
        guard request.method == .post, let type = request.headers[.contentType]?.lowercased() else {
            self = .none
            return
        }
        if type.contains("application/json") {
            let text = request.body.starts(with: Self.byteOrderMark) ? request.body.dropFirst(3) : request.body[...]
            guard let value = try? JSONValue(parsing: Array(text)), let object = value.objectValue else {
                throw BadRequest()
            }
            self = .json(object)
        } else if type.contains("application/x-www-form-urlencoded") {
            let fields = FormFields(urlEncoded: request.body)
            guard !fields.isCut, fields.isText, fields.pairs.allSatisfy(Self.isMember) else { throw BadRequest() }
            self = .form(fields)
        } else {
            self = .none
        }
    }

    /// Some clients write one before their JSON.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether a field can be a member of what scripts are given, as a member of a JSON body can (contract 8.1).
    private static func isMember(_ name: String, _ value: String) -> Bool {
        (1...Int(CJ_MAX_KEY)).contains(name.utf8.count) && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            && !value.utf8.contains(0)
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
