import GRDB
import GRDBSQLite
import Moongate

/// One failed call of SQLite. SQLite's own message is not passed on: it may quote values. Of a broken key only the
/// names of columns are kept, which are ours.
struct SQLiteFailure: Error {
    private static let unique = ResultCode.SQLITE_CONSTRAINT_UNIQUE.rawValue
    private static let primaryKey = ResultCode.SQLITE_CONSTRAINT_PRIMARYKEY.rawValue
    private static let foreignKey = ResultCode.SQLITE_CONSTRAINT_FOREIGNKEY.rawValue

    let resultCode: CInt
    let columns: String?

    /// What the connection says about the call that just failed.
    init(_ resultCode: CInt, connection: OpaquePointer?) {
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? resultCode
        self.resultCode = extended & 0xFF == resultCode & 0xFF ? extended : resultCode
        columns = Self.columns(self.resultCode, connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) })
    }

    init(_ error: DatabaseError) {
        resultCode = error.extendedResultCode.rawValue
        columns = Self.columns(resultCode, error.message)
    }

    private static func columns(_ code: CInt, _ message: String?) -> String? {
        guard code == unique || code == primaryKey, let message,
            let colon = message.firstIndex(of: ":")
        else { return nil }
        return String(message[message.index(after: colon)...].drop { $0 == " " })
    }

    /// The error that callers of the store see.
    func storeError(path: String) -> StoreError {
        let database = "database \(path)"
        switch resultCode & 0xFF {
        case SQLITE_CONSTRAINT where resultCode == Self.foreignKey:
            return StoreError(.conflict, "the user of this row is not there")
        case SQLITE_CONSTRAINT:
            return StoreError(.conflict, "a row with this key is there already (\(columns ?? "constraint"))")
        case SQLITE_NOTADB:
            return StoreError(.schema, "\(database) is not a SQLite file: move it away, or name another path")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return unavailable("\(database) is locked: stop the other program that writes to it, then try again")
        case SQLITE_FULL:
            return unavailable("\(database) finds no room: free some space on the disk")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            return unavailable("\(database) cannot be written: look at the permissions of the file and its folder")
        case SQLITE_CANTOPEN:
            return unavailable("\(database) cannot be opened: look at the path and its permissions")
        case SQLITE_CORRUPT:
            return unavailable("\(database) is damaged: stop Moongate and restore a backup")
        case SQLITE_MISUSE:
            return unavailable("\(database) is closed")
        default:
            return unavailable("\(database) failed (SQLite \(resultCode)): look at the disk and the system's log")
        }
    }

    private func unavailable(_ message: String) -> StoreError { StoreError(.unavailable, message) }

    /// Runs `body`; whatever SQLite or GRDB throws comes out as a ``StoreError``.
    static func mapped<Value>(path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let failure as SQLiteFailure {
            throw failure.storeError(path: path)
        } catch let error as DatabaseError {
            throw SQLiteFailure(error).storeError(path: path)
        } catch {
            throw StoreError(.unavailable, "database \(path) failed: look at the disk and the system's log")
        }
    }
}
