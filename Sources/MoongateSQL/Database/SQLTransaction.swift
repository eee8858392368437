/// A transaction under way, lent to a closure; it must not be kept.
public protocol SQLTransaction {
    /// All rows of one reading statement, as the transaction sees them.
    func rows<Value>(_ statement: SQLStatement, decode: (any SQLRow) throws -> Value) throws -> [Value]
    /// Runs one writing statement; how many rows it changed itself.
    ///
    /// - Throws: As ``SQLDatabase/execute(_:)``; the closure should let it pass, as nothing can be saved.
    func change(_ statement: SQLStatement) throws -> Int
}
