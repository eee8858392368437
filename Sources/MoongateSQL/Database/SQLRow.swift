import Moongate

/// One row of an answer, columns counted from 0. Lent to a closure; it must not be kept.
public protocol SQLRow {
    /// The column's text; `nil` for `NULL`.
    func text(_ column: Int) -> String?
    /// The column's number; `nil` for `NULL`.
    func integer(_ column: Int) -> Int64?
    /// The column's moment; `nil` for `NULL`.
    func time(_ column: Int) -> Timestamp?
}

extension SQLRow {
    /// The text of a column that is never `NULL` in our schema.
    ///
    /// - Throws: ``StoreError`` with `schema` when it is `NULL` all the same, as in a table that somebody altered.
    func requiredText(_ column: Int) throws -> String {
        guard let text = text(column) else { throw StoreError(.schema, "a column that must have a value is NULL") }
        return text
    }

    /// The moment in a column that is never `NULL` in our schema.
    func requiredTime(_ column: Int) throws -> Timestamp {
        guard let time = time(column) else { throw StoreError(.schema, "a column that must have a value is NULL") }
        return time
    }
}
