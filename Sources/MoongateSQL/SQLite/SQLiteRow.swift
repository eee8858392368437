import GRDBSQLite
import Moongate

/// The row on which a statement stands.
struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func text(_ column: Int) -> String? {
        let index = CInt(truncatingIfNeeded: column)
        guard let start = sqlite3_column_text(statement, index) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func integer(_ column: Int) -> Int64? {
        let index = CInt(truncatingIfNeeded: column)
        guard sqlite3_column_type(statement, index) != SQLITE_NULL else { return nil }
        return sqlite3_column_int64(statement, index)
    }

    func time(_ column: Int) -> Timestamp? { integer(column).map(Timestamp.init(milliseconds:)) }
}
