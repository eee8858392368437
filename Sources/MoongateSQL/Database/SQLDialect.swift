/// How a database spells placeholders and names. Statements are written once, in the common form: `?` for a value and
/// `"name"` for a name with capitals. No string literal stands in a statement, so neither sign can mean anything else.
public struct SQLDialect: Sendable, Hashable {
    /// How values are marked.
    public enum Placeholder: Sendable, Hashable {
        /// `?`, in order (SQLite, MariaDB).
        case questionMark
        /// `$1`, `$2`, … (PostgreSQL).
        case numbered
    }

    /// How values are marked.
    public let placeholder: Placeholder
    /// The sign on both sides of a name that has capitals.
    public let quote: Character

    /// A dialect from its parts.
    public init(placeholder: Placeholder, quote: Character) {
        self.placeholder = placeholder
        self.quote = quote
    }

    /// SQLite's spelling: the common form as it is.
    public static let sqlite = SQLDialect(placeholder: .questionMark, quote: "\"")

    /// A statement of the common form in this dialect.
    public func spelled(_ common: String) -> String {
        var out = ""
        var count = 0
        for character in common {
            switch (character, placeholder) {
            case ("\"", _):
                out.append(quote)
            case ("?", .numbered):
                count += 1
                out += "$\(count)"
            default:
                out.append(character)
            }
        }
        return out
    }
}
