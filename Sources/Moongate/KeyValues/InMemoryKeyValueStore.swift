import MoongateTokens
import Synchronization

/// The shortest correct ``KeyValueStore``, in memory: for sites without a database, for tests, and to be read first by
/// who writes the next driver. Everything is gone when the process ends.
public final class InMemoryKeyValueStore: KeyValueStore {
    private struct Entry {
        let value: [UInt8]
        let expires: Timestamp?

        func isLive(_ now: Timestamp) -> Bool { expires.map { $0 > now } ?? true }
    }

    /// Names are bytes: Swift takes differently written accents for one text, and so for one key.
    private struct Owned {
        var entries: [[UInt8]: Entry] = [:]
        var bytes = 0

        mutating func replace(_ name: [UInt8], with entry: Entry?) {
            if let old = entries.removeValue(forKey: name) { bytes -= name.count + old.value.count }
            guard let entry else { return }
            entries[name] = entry
            bytes += name.count + entry.value.count
        }

        mutating func write(_ name: [UInt8], _ entry: Entry, _ quota: KeyValueQuota, _ now: Timestamp) throws {
            if !fits(name, entry, quota) { removeExpired(now) }
            guard fits(name, entry, quota) else { throw StoreError.overQuota(quota) }
            replace(name, with: entry)
        }

        private func fits(_ name: [UInt8], _ entry: Entry, _ quota: KeyValueQuota) -> Bool {
            let old = entries[name]
            let more = entry.value.count - (old?.value.count ?? -name.count)
            return entries.count + (old == nil ? 1 : 0) <= quota.entries && bytes + more <= quota.bytes
        }

        private mutating func removeExpired(_ now: Timestamp) {
            for (name, entry) in entries where !entry.isLive(now) { replace(name, with: nil) }
        }
    }

    private let owners = Mutex<[[UInt8]: Owned]>([:])

    /// An empty store.
    public init() {}

    public func findValue(_ key: KeyValueKey, now: Timestamp) async throws -> [UInt8]? {
        owners.withLock { Self.live($0[Array(key.owner.utf8)]?.entries[Array(key.name.utf8)], now)?.value }
    }

    public func setValue(
        _ key: KeyValueKey, _ value: [UInt8], expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws {
        try owners.withLock { owners in
            try owners[Array(key.owner.utf8), default: Owned()]
                .write(Array(key.name.utf8), Entry(value: value, expires: expires), quota, now)
        }
    }

    public func incrementValue(
        _ key: KeyValueKey, by amount: Int64, expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws -> Int64 {
        let name = Array(key.name.utf8)
        return try owners.withLock { owners in
            let old = Self.live(owners[Array(key.owner.utf8)]?.entries[name], now)
            let sum = try StoredInteger(old?.value).adding(amount)
            let entry = Entry(value: sum.json, expires: old == nil ? expires : old?.expires)
            try owners[Array(key.owner.utf8), default: Owned()].write(name, entry, quota, now)
            return sum.value
        }
    }

    public func deleteValue(_ key: KeyValueKey, now: Timestamp) async throws -> Bool {
        let (owner, name) = (Array(key.owner.utf8), Array(key.name.utf8))
        return owners.withLock { owners in
            let found = Self.live(owners[owner]?.entries[name], now) != nil
            owners[owner]?.replace(name, with: nil)
            return found
        }
    }

    public func deleteExpiredValues(now: Timestamp, limit: Int) async throws -> Int {
        owners.withLock { owners in
            let dead = owners.flatMap { owner, owned in
                owned.entries.filter { !$0.value.isLive(now) }.map { (owner, $0.key) }
            }.prefix(max(0, limit))
            for (owner, name) in dead { owners[owner]?.replace(name, with: nil) }
            return dead.count
        }
    }

    private static func live(_ entry: Entry?, _ now: Timestamp) -> Entry? {
        entry.flatMap { $0.isLive(now) ? $0 : nil }
    }
}
