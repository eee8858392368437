import MoongateTokens

/// A provider's claims, read as a person (contract 9.1).
struct ProviderProfile: Sendable {
    private let claims: [String: JSONValue]

    init(_ claims: [String: JSONValue]) { self.claims = claims }

    /// The account's id: `sub`, else `id`, as a string. Numbers count if they are whole and not 0, since that is what
    /// broken providers send for "nobody".
    var accountID: String? {
        for name in ["sub", "id"] {
            switch claims[name] {
            case .string(let text) where !text.isEmpty: return text
            case .integer(let number) where number != 0: return String(number)
            default: continue
            }
        }
        return nil
    }

    /// The claims as a user with this id.
    func user(id: String) -> User {
        User(
            id: id, name: text("name") ?? text("nickname") ?? text("preferred_username"), email: email,
            image: text("picture"))
    }

    /// In the form in which addresses are compared; what is no address is none.
    var email: String? { text("email").flatMap(EmailAddress.normalized) }

    /// `email_verified`; some providers send it as a string.
    var emailVerified: Bool? {
        switch claims["email_verified"] {
        case .bool(let value): value
        case "true": true
        case "false": false
        default: nil
        }
    }

    private func text(_ name: String) -> String? {
        guard let text = claims[name]?.stringValue, !text.isEmpty else { return nil }
        return text
    }
}
