import MoongateTokens

/// What `authorize` returns for somebody whom it knows.
package enum UserTable {
    /// In words for a script's author.
    package static let description = "a user (a table with `id`, a string or an integer), nil, or deny{…}"

    /// The fields that say who somebody is; others are for the hooks of the sign-in.
    static let own: Set<String> = ["id", "name", "email", "image"]

    /// Whether a table is a user: it says who by an id, and nothing in it is of another type than a user's. A table that
    /// merely came from somewhere (a backend's refusal, the credentials themselves) opens no door.
    package static func isUser(_ table: [String: JSONValue]) -> Bool {
        switch table["id"] {
        case .string(let id)?: guard !id.isEmpty, id.utf8.count <= 255 else { return false }
        case .integer?: break
        default: return false
        }
        return ["name", "email", "image"].allSatisfy { name in
            switch table[name] {
            case nil, .null?, .string?: true
            default: false
            }
        }
    }
}
