import GRDB
import GRDBSQLite
import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One SQLite file: a writer on its own queue, a reader for each core.
///
/// Reads run on the calling thread, without a transaction: one statement by key takes a few microseconds, and a hop to
/// another queue costs more than that. Writes wait for the disk, so they never run on the caller's thread.
public final class SQLiteDatabase: SQLDatabase {
    public var dialect: SQLDialect { .sqlite }
    let path: String
    let pool: DatabasePool

    /// Opens the file, makes it when it is not there, and brings its tables up to date. Blocks.
    ///
    /// - Throws: ``StoreError`` with a sentence that names the path and says what to do.
    public convenience init(path: String) throws { try self.init(path: path, busySeconds: 5) }

    /// `busySeconds` is how long a lock of another program is waited for.
    init(path: String, busySeconds: Double) throws {
        let path = try SQLiteLocation(path: path).path
        try SQLiteFile.prepare(path)
        self.path = path
        pool = try SQLiteFailure.mapped(path: path) {
            let pool = try DatabasePool(path: path, configuration: Self.configuration(busySeconds))
            try pool.writeWithoutTransaction { db in
                try Self.makeDurable(db, path)
                try SQLiteSchema.migrate(db, path: path)
            }
            return pool
        }
    }

    private static func configuration(_ busySeconds: Double) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "moongate"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        configuration.prepareDatabase { db in
            // What a file says about itself (views, triggers) runs no function that may do harm.
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    /// GRDB sets `synchronous` to NORMAL when it opens a pool, after its own preparation hook: then a write that
    /// returned could be lost with the machine's power. So it is set here, and read back.
    private static func makeDurable(_ db: Database, _ path: String) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let level = try db.rows(SQLStatement("PRAGMA synchronous")) { $0.integer(0) }.first ?? nil
        guard level == 2 else {
            throw StoreError(.unavailable, "database \(path) does not take synchronous = FULL: use the system's SQLite")
        }
    }

    public func rows<Value: Sendable>(
        _ statement: SQLStatement, decode: @Sendable (any SQLRow) throws -> Value
    ) async throws -> [Value] {
        try read { db in try db.rows(statement, decode: decode) }
    }

    /// Not async, so that GRDB's reader runs on this thread.
    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try SQLiteFailure.mapped(path: path) { try pool.unsafeRead(body) }
    }

    public func execute(_ statements: [SQLStatement]) async throws -> Int {
        try await transaction { transaction in
            try statements.reduce(0) { $0 &+ (try transaction.change($1)) }
        }
    }

    /// A cancelled caller still gets its transaction: once begun, its outcome is never left unknown.
    public func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [path] db in
                continuation.resume(
                    with: Result { try SQLiteFailure.mapped(path: path) { try Self.transact(body, db) } })
            }
        }
    }

    private static func transact<Value>(_ body: (any SQLTransaction) throws -> Value, _ db: Database) throws -> Value {
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(SQLiteTransaction(db: db))
            return .commit
        }
        guard let value else { throw SQLiteFailure(SQLITE_ABORT, connection: nil) }
        return value
    }

    /// Ends all connections, after the work under way.
    func close() throws { try SQLiteFailure.mapped(path: path) { try pool.close() } }
}

private struct SQLiteTransaction: SQLTransaction {
    let db: Database

    func rows<Value>(_ statement: SQLStatement, decode: (any SQLRow) throws -> Value) throws -> [Value] {
        try db.rows(statement, decode: decode)
    }

    func change(_ statement: SQLStatement) throws -> Int { try db.change(statement) }
}
