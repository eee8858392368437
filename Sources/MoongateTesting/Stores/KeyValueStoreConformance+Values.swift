import Moongate

extension KeyValueStoreConformance {
    /// A store, seen under an owner that no other case and no earlier run has used; times are seconds from a start.
    struct Values: Sendable {
        let store: any KeyValueStore
        let owner: String

        init(_ store: any KeyValueStore) {
            self.store = store
            owner = "owner-\(UInt64.random(in: .min ... .max))"
        }

        static let roomy = KeyValueQuota(entries: 1000, bytes: 1_000_000)

        private func key(_ name: String, _ owner: String?) -> KeyValueKey {
            KeyValueKey(owner: owner ?? self.owner, name: name)
        }

        private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_700_000_000 + seconds) }

        func get(_ name: String, at now: Int64 = 0, of owner: String? = nil) async throws -> String? {
            try await store.findValue(key(name, owner), now: time(now)).map { String(decoding: $0, as: UTF8.self) }
        }

        func set(
            _ name: String, _ value: String, expires: Int64? = nil, quota: KeyValueQuota = roomy, at now: Int64 = 0,
            of owner: String? = nil
        ) async throws {
            try await store.setValue(
                key(name, owner), Array(value.utf8), expires: expires.map(time), quota: quota, now: time(now))
        }

        func increment(
            _ name: String, by amount: Int64 = 1, expires: Int64? = nil, quota: KeyValueQuota = roomy, at now: Int64 = 0
        ) async throws -> Int64 {
            try await store.incrementValue(
                key(name, nil), by: amount, expires: expires.map(time), quota: quota, now: time(now))
        }

        func delete(_ name: String, at now: Int64 = 0) async throws -> Bool {
            try await store.deleteValue(key(name, nil), now: time(now))
        }

        func deleteExpired(at now: Int64, limit: Int = 1000) async throws -> Int {
            try await store.deleteExpiredValues(now: time(now), limit: limit)
        }

        func requireGet(_ name: String, _ wanted: String?, at now: Int64 = 0, of owner: String? = nil) async throws {
            let found = try await get(name, at: now, of: owner)
            try StoreConformance.requireSameBytes(found, wanted, "the value of \(name)")
        }

        /// Refused with this code, and with nothing else.
        func requireRefused(_ code: StoreError.Code, _ what: String, _ body: () async throws -> Void) async throws {
            try StoreConformance.require(try await isRefused(code, body), "\(what) was accepted")
        }

        /// Whether `body` was refused with `code`; any other error is thrown on.
        func isRefused(_ code: StoreError.Code, _ body: () async throws -> Void) async throws -> Bool {
            do {
                try await body()
                return false
            } catch let error as StoreError where error.code == code {
                return true
            }
        }
    }
}
