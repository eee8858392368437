import Logging
import Moongate
import Testing

@testable import MoongateRuntime

@Suite struct ExpiredSessionsTests {
    private struct StandingClock: AuthClock {
        func now() -> Timestamp { Timestamp(seconds: 1_000_000) }
    }

    private func store(expired: Int, live: Int) async throws -> InMemoryStore {
        let store = InMemoryStore()
        try await store.apply([.insertUser(User(id: "u"))])
        try await store.apply(
            (0..<(expired + live)).map { index in
                let expires = Timestamp(seconds: index < expired ? 999_999 : 1_000_001)
                return .insertSession(
                    StoredSession(key: SessionKey(stored: "s\(index)"), userId: "u", expires: expires))
            })
        return store
    }

    private func sweep(_ store: InMemoryStore) -> ExpiredSessions {
        sweep(store, InMemoryKeyValueStore())
    }

    private func sweep(_ store: InMemoryStore?, _ keyValues: InMemoryKeyValueStore) -> ExpiredSessions {
        ExpiredSessions(store: store, keyValues: keyValues, clock: StandingClock(), logger: Logger(label: "test"))
    }

    @Test func moreThanOneBatchOfExpiredSessionsGoes() async throws {
        let store = try await store(expired: 2 * ExpiredSessions.batch + 5, live: 3)
        #expect(try await sweep(store).sweep() == 2 * ExpiredSessions.batch + 5)
        #expect(try await store.listSessions(userId: "u").map(\.expires.seconds) == [1_000_001, 1_000_001, 1_000_001])
    }

    @Test func whereNothingHasExpiredNothingGoes() async throws {
        let store = try await store(expired: 0, live: 2)
        #expect(try await sweep(store).sweep() == 0)
        #expect(try await store.listSessions(userId: "u").count == 2)
    }

    @Test func expiredValuesGoAndOthersStay() async throws {
        let values = InMemoryKeyValueStore()
        for index in 0..<(ExpiredSessions.batch + 5) {
            let expires = Timestamp(seconds: index < ExpiredSessions.batch + 2 ? 1_000_000 : 1_000_001)
            try await values.setValue(
                KeyValueKey(owner: "scripts", name: "\(index)"), [], expires: expires, quota: KeyValueQuota(),
                now: Timestamp(seconds: 0))
        }
        #expect(try await sweep(nil, values).sweepValues() == ExpiredSessions.batch + 2)
        #expect(try await sweep(nil, values).sweepValues() == 0)
    }

    @Test func theSweepEndsWithItsTask() async throws {
        let sweep = sweep(try await store(expired: 1, live: 0))
        let task = Task { await sweep.run() }
        task.cancel()
        await task.value
    }
}
