import Moongate

/// One value bound to a statement.
public enum SQLValue: Sendable, Hashable {
    /// SQL `NULL`.
    case null
    /// Text, kept byte by byte; it may hold U+0000.
    case text(String)
    /// A number that is not a moment, such as `expires_at` in Unix seconds.
    case integer(Int64)
    /// A moment, in whichever type the database keeps them (SQLite: integer milliseconds).
    case time(Timestamp)

    init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
    init(_ time: Timestamp?) { self = time.map(SQLValue.time) ?? .null }
}

/// One statement in the database's own dialect, with its values apart: no value is ever part of the text.
public struct SQLStatement: Sendable, Hashable {
    /// The text. There are a few dozen different ones, so drivers may keep each prepared for good.
    public let text: String
    /// One value for each placeholder, in order.
    public let arguments: [SQLValue]
    /// The whole transaction is refused as a `conflict` when this statement changes no row.
    public let mustChangeRow: Bool

    /// A statement from its parts.
    public init(_ text: String, _ arguments: [SQLValue] = [], mustChangeRow: Bool = false) {
        self.text = text
        self.arguments = arguments
        self.mustChangeRow = mustChangeRow
    }
}
