/// Every statement on values of scripts, spelled for one dialect once and kept.
///
/// `kv_usage` counts what `kv` holds for each owner, expired rows included; the schema keeps it true
/// (``SQLiteSchema``), so a write never has to count an owner's rows.
struct KeyValueStatements: Sendable {
    let find, findForWrite, usage: String
    let insert, update, delete: String
    let deleteExpiredOfOwner, deleteExpired: String

    init(_ dialect: SQLDialect) {
        let live = "(expires IS NULL OR expires > ?)"
        find = dialect.spelled("SELECT value FROM kv WHERE owner = ? AND name = ? AND \(live)")
        findForWrite = dialect.spelled("SELECT value, size, expires FROM kv WHERE owner = ? AND name = ?")
        usage = dialect.spelled("SELECT entries, bytes FROM kv_usage WHERE owner = ?")
        insert = dialect.spelled("INSERT INTO kv (value, size, expires, owner, name) VALUES (?, ?, ?, ?, ?)")
        update = dialect.spelled("UPDATE kv SET value = ?, size = ?, expires = ? WHERE owner = ? AND name = ?")
        delete = dialect.spelled("DELETE FROM kv WHERE owner = ? AND name = ? AND \(live)")
        deleteExpiredOfOwner = dialect.spelled("DELETE FROM kv WHERE owner = ? AND expires <= ?")
        deleteExpired = dialect.spelled(
            "DELETE FROM kv WHERE id IN (SELECT id FROM kv WHERE expires <= ? ORDER BY expires LIMIT ?)")
    }
}
