import Moongate

/// One write of a value, inside a transaction: what is there now decides whether the owner stays within its quota.
struct KeyValueWrite {
    struct Row {
        let value: [UInt8]
        let size: Int64
        let expires: Timestamp?
    }

    private let transaction: any SQLTransaction
    private let statements: KeyValueStatements
    private let key: KeyValueKey
    private let quota: KeyValueQuota
    private let now: Timestamp
    private let row: Row?

    init(
        _ transaction: any SQLTransaction, _ statements: KeyValueStatements, _ key: KeyValueKey, quota: KeyValueQuota,
        now: Timestamp
    ) throws {
        self.transaction = transaction
        self.statements = statements
        self.key = key
        self.quota = quota
        self.now = now
        let find = SQLStatement(statements.findForWrite, [.text(key.owner), .text(key.name)])
        row = try transaction.rows(find) { row in
            Row(value: Array(try row.requiredText(0).utf8), size: row.integer(1) ?? 0, expires: row.time(2))
        }.first
    }

    /// The row under the key, unless it has expired.
    var live: Row? { row.flatMap { $0.expires.map { $0 <= now } ?? false ? nil : $0 } }

    func write(_ value: [UInt8], expires: Timestamp?) throws {
        let size = Int64(key.name.utf8.count) + Int64(value.count)
        var old = row
        if try !fits(size, instead: old) {
            // Expired rows count in `kv_usage`, and not for the quota.
            let expired = SQLStatement(statements.deleteExpiredOfOwner, [.text(key.owner), .time(now)])
            _ = try transaction.change(expired)
            old = live
            guard try fits(size, instead: old) else { throw StoreError.overQuota(quota) }
        }
        let values: [SQLValue] = [
            .text(String(decoding: value, as: UTF8.self)), .integer(size), SQLValue(expires), .text(key.owner),
            .text(key.name),
        ]
        let text = old == nil ? statements.insert : statements.update
        _ = try transaction.change(SQLStatement(text, values, mustChangeRow: true))
    }

    private func fits(_ size: Int64, instead old: Row?) throws -> Bool {
        let usage = SQLStatement(statements.usage, [.text(key.owner)])
        let held = try transaction.rows(usage) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) }.first ?? (0, 0)
        let entries = held.0 &+ (old == nil ? 1 : 0)
        let bytes = held.1 &- (old?.size ?? 0) &+ size
        return entries <= Int64(quota.entries) && bytes <= Int64(quota.bytes)
    }
}
