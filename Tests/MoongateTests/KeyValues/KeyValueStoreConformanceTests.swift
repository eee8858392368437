import Moongate
import MoongateTesting
import Testing

/// The suite must be able to fail: a store with one fault is caught.
@Suite struct KeyValueStoreConformanceTests {
    @Test(arguments: FaultyValues.Fault.allCases) func aStoreWithOneFaultIsCaught(fault: FaultyValues.Fault) async {
        await withKnownIssue {
            await KeyValueStoreConformance.run { FaultyValues(fault) }
            await KeyValueStoreConformance.runRaces { FaultyValues(fault) }
        }
    }

    @Test func namesOfRulesAreUnique() {
        #expect(Set(KeyValueStoreConformance.caseNames).count == KeyValueStoreConformance.caseNames.count)
    }
}

/// The in-memory store with one fault.
struct FaultyValues: KeyValueStore {
    enum Fault: CaseIterable { case forgetsExpiry, sharesOwners, ignoresQuota, countsInTwoSteps, foldsCase }

    private let store = InMemoryKeyValueStore()
    private let fault: Fault

    init(_ fault: Fault) { self.fault = fault }

    private func key(_ key: KeyValueKey) -> KeyValueKey {
        KeyValueKey(
            owner: fault == .sharesOwners ? "all" : key.owner,
            name: fault == .foldsCase ? key.name.lowercased() : key.name)
    }

    func findValue(_ key: KeyValueKey, now: Timestamp) async throws -> [UInt8]? {
        try await store.findValue(self.key(key), now: now)
    }

    func setValue(
        _ key: KeyValueKey, _ value: [UInt8], expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws {
        try await store.setValue(
            self.key(key), value, expires: fault == .forgetsExpiry ? nil : expires,
            quota: fault == .ignoresQuota ? KeyValueQuota() : quota, now: now)
    }

    func incrementValue(
        _ key: KeyValueKey, by amount: Int64, expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws -> Int64 {
        guard fault == .countsInTwoSteps else {
            return try await store.incrementValue(self.key(key), by: amount, expires: expires, quota: quota, now: now)
        }
        let old = try await StoredInteger(store.findValue(key, now: now))
        await Task.yield()
        let sum = try old.adding(amount)
        try await store.setValue(key, sum.json, expires: expires, quota: quota, now: now)
        return sum.value
    }

    func deleteValue(_ key: KeyValueKey, now: Timestamp) async throws -> Bool {
        try await store.deleteValue(self.key(key), now: now)
    }

    func deleteExpiredValues(now: Timestamp, limit: Int) async throws -> Int {
        try await store.deleteExpiredValues(now: now, limit: limit)
    }
}
