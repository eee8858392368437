import Moongate

/// Scripts' values in a SQL database, beside the identities. It holds no state but its statements, so any number of
/// tasks may use it at once.
public struct SQLKeyValueStore<Database: SQLDatabase>: KeyValueStore {
    private let database: Database
    private let statements: KeyValueStatements

    /// A store on a database whose tables exist.
    public init(on database: Database) {
        self.database = database
        statements = KeyValueStatements(database.dialect)
    }

    public func findValue(_ key: KeyValueKey, now: Timestamp) async throws -> [UInt8]? {
        let statement = SQLStatement(statements.find, [.text(key.owner), .text(key.name), .time(now)])
        return try await database.firstRow(statement) { Array(try $0.requiredText(0).utf8) }
    }

    public func setValue(
        _ key: KeyValueKey, _ value: [UInt8], expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws {
        try await database.transaction { [statements] transaction in
            try KeyValueWrite(transaction, statements, key, quota: quota, now: now).write(value, expires: expires)
        }
    }

    public func incrementValue(
        _ key: KeyValueKey, by amount: Int64, expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws -> Int64 {
        try await database.transaction { [statements] transaction in
            let write = try KeyValueWrite(transaction, statements, key, quota: quota, now: now)
            let sum = try StoredInteger(write.live?.value).adding(amount)
            try write.write(sum.json, expires: write.live == nil ? expires : write.live?.expires)
            return sum.value
        }
    }

    public func deleteValue(_ key: KeyValueKey, now: Timestamp) async throws -> Bool {
        let arguments: [SQLValue] = [.text(key.owner), .text(key.name), .time(now)]
        return try await database.execute([SQLStatement(statements.delete, arguments)]) > 0
    }

    public func deleteExpiredValues(now: Timestamp, limit: Int) async throws -> Int {
        guard limit > 0 else { return 0 }  // SQLite reads a negative LIMIT as none at all
        let arguments: [SQLValue] = [.time(now), .integer(Int64(limit))]
        return try await database.execute([SQLStatement(statements.deleteExpired, arguments)])
    }
}

extension SQLStore {
    /// Where scripts' values lie in the same database.
    public var keyValues: SQLKeyValueStore<Database> { SQLKeyValueStore(on: database) }
}
