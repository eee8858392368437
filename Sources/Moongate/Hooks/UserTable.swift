import MoongateTokens

/// What `authorize` returns for somebody whom it knows.
package enum UserTable {
    /// In words for a script's author.
    package static let description = "a user (a table with `id`, a string or an integer), nil, or deny{…}"

    /// What hooks of the sign-in are told beside who somebody is. A user who is stored has their own in some of these
    /// fields, or deliberately none.
    static func further(_ table: Claims, isStored: Bool) -> Claims {
        let own: Set<String> = ["id", "name", "email", "image"]
        let stored: Set<String> = isStored ? ["emailVerified", "claims"] : []
        return Claims(table.members.filter { !own.contains($0.key) && !stored.contains($0.key) })
    }

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
