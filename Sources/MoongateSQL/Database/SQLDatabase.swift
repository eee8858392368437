/// What the stores need of a SQL database: rows out of one statement, several statements as one transaction. A further
/// database is one conformance and an ``SQLDialect``; every statement and every mapping is shared through ``SQLStore``.
///
/// To implement: create the tables before the first call (see ``SQLiteSchema`` for their columns), compare text byte by
/// byte, and turn every error of the driver into a ``StoreError`` without values of rows: a broken key is `conflict`,
/// all else `unavailable`.
public protocol SQLDatabase: Sendable {
    /// How this database spells what ``IdentityStatements`` write in the common form.
    var dialect: SQLDialect { get }

    /// All rows of one reading statement, each handed to `decode` while it is valid: a row must not be kept.
    func rows<Value: Sendable>(
        _ statement: SQLStatement, decode: @Sendable (any SQLRow) throws -> Value
    ) async throws -> [Value]

    /// Runs the statements in order as one transaction that is on disk when this returns; all of them or none.
    ///
    /// - Returns: How many rows the statements changed, without what foreign keys removed.
    /// - Throws: ``StoreError``; `conflict` also when a statement with ``SQLStatement/mustChangeRow`` changes none.
    func execute(_ statements: [SQLStatement]) async throws -> Int

    /// Runs `body` as one transaction, for writes that depend on what is there: as if no other transaction ran at the
    /// same time. It is on disk when this returns; when `body` throws, nothing is changed.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws -> Value
}

extension SQLDatabase {
    /// The first row of a reading statement, for reads by key.
    func firstRow<Value: Sendable>(
        _ statement: SQLStatement, decode: @Sendable (any SQLRow) throws -> Value
    ) async throws -> Value? {
        try await rows(statement, decode: decode).first
    }
}
