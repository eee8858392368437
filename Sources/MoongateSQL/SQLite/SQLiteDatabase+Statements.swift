import GRDB
import GRDBSQLite
import Moongate

// Statements are bound and stepped on SQLite's own interface: GRDB's reading of text ends at U+0000, and its rows cost
// more than the query. GRDB still owns connections, queues, transactions and the cache of prepared statements.

extension Database {
    /// All rows of a reading statement.
    func rows<Value>(_ statement: SQLStatement, decode: (any SQLRow) throws -> Value) throws -> [Value] {
        try withPrepared(statement) { prepared, connection in
            var values: [Value] = []
            while true {
                let code = sqlite3_step(prepared)
                if code == SQLITE_DONE { return values }
                guard code == SQLITE_ROW else { throw SQLiteFailure(code, connection: connection) }
                values.append(try decode(SQLiteRow(statement: prepared)))
            }
        }
    }

    /// Runs a writing statement; returns how many rows it changed itself.
    func change(_ statement: SQLStatement) throws -> Int {
        let changed = try withPrepared(statement) { prepared, connection in
            let code = sqlite3_step(prepared)
            guard code == SQLITE_DONE else { throw SQLiteFailure(code, connection: connection) }
            return Int(sqlite3_changes(connection))
        }
        if statement.mustChangeRow, changed == 0 { throw StoreError(.conflict, "the row to update is not there") }
        return changed
    }

    private func withPrepared<Value>(
        _ statement: SQLStatement, _ body: (OpaquePointer, OpaquePointer) throws -> Value
    ) throws -> Value {
        guard let connection = sqliteConnection else { throw SQLiteFailure(SQLITE_MISUSE, connection: nil) }
        let prepared = try cachedStatement(sql: statement.text).sqliteStatement
        defer {
            sqlite3_reset(prepared)  // ends the read, so that a reader never holds back a checkpoint
            sqlite3_clear_bindings(prepared)
        }
        for (index, value) in statement.arguments.enumerated() {
            let code = Self.bind(value, to: prepared, at: CInt(truncatingIfNeeded: index &+ 1))
            guard code == SQLITE_OK else { throw SQLiteFailure(code, connection: connection) }
        }
        return try body(prepared, connection)
    }

    private static func bind(_ value: SQLValue, to statement: OpaquePointer, at index: CInt) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .time(let time): sqlite3_bind_int64(statement, index, time.milliseconds)
        case .text(var text):
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty string may have no address, and SQLite would read that as NULL.
                    sqlite3_bind_text64(
                        statement, index, characters.baseAddress ?? UnsafePointer(emptyText),
                        sqlite3_uint64(characters.count), copied, UInt8(SQLITE_UTF8))
                }
            }
        }
    }

    /// SQLite's `SQLITE_TRANSIENT`, a macro that Swift cannot import: "copy the text before you return". The cast makes
    /// the pointer value -1 that the macro stands for; it is never called.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// One zero byte that lives as long as the program: never written, never freed, so it may be shared.
private nonisolated(unsafe) let emptyText: UnsafeMutablePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return byte
}()
