import GRDB
import Moongate
import MoongateTesting
import Testing

@testable import MoongateSQL

@Suite struct SQLKeyValueStoreTests {
    private let now = Timestamp(seconds: 1_700_000_000)
    private let key = KeyValueKey(owner: "scripts", name: "k")

    @Test func keepsTheContract() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        await KeyValueStoreConformance.run { store.keyValues }
    }

    @Test func keepsTheContractInRaces() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        await KeyValueStoreConformance.runRaces { store.keyValues }
    }

    @Test func valueIsThereAfterReopening() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.keyValues.setValue(key, Array("1".utf8), expires: nil, quota: .init(), now: now)
        try store.close()
        let again = try SQLiteStore.open(path: folder.file())
        #expect(try await again.keyValues.incrementValue(key, by: 1, expires: nil, quota: .init(), now: now) == 2)
    }

    @Test func closedStoreIsUnavailable() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try store.close()
        let unavailable = StoreError(.unavailable, "")
        await #expect(throws: unavailable) { try await store.keyValues.findValue(key, now: now) }
        await #expect(throws: unavailable) {
            try await store.keyValues.setValue(key, [], expires: nil, quota: .init(), now: now)
        }
        await #expect(throws: unavailable) { try await store.keyValues.deleteValue(key, now: now) }
    }

    @Test func usageFollowsEveryChange() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        func held() async throws -> [Int64] {
            try await store.database.rows(SQLStatement("SELECT entries, bytes FROM kv_usage")) { row in
                [row.integer(0) ?? -1, row.integer(1) ?? -1]
            }.flatMap { $0 }
        }
        try await store.keyValues.setValue(key, Array("12".utf8), expires: now, quota: .init(), now: now)
        #expect(try await held() == [1, 3])
        try await store.keyValues.setValue(key, Array("1234".utf8), expires: now, quota: .init(), now: now)
        #expect(try await held() == [1, 5])
        #expect(try await store.keyValues.deleteExpiredValues(now: now, limit: 10) == 1)
        #expect(try await held() == [0, 0])
    }

    @Test func fileOfTheFirstVersionGetsTheTableAndKeepsItsUsers() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.apply([.insertUser(User(id: "1"))])
        try store.close()
        try await DatabaseQueue(path: folder.file()).write {
            try $0.execute(
                sql: "DROP TABLE kv; DROP TABLE kv_usage; ALTER TABLE users DROP COLUMN claims; PRAGMA user_version = 1"
            )
        }
        let again = try SQLiteStore.open(path: folder.file())
        #expect(try await again.findUser(id: "1")?.claims == Claims())
        try await again.keyValues.setValue(key, Array("1".utf8), expires: nil, quota: .init(), now: now)
        #expect(try await again.keyValues.findValue(key, now: now) == Array("1".utf8))
    }

    @Test func anotherProgramsTableOfThatNameIsRefused() async throws {
        let folder = try TemporaryFolder()
        try await DatabaseQueue(path: folder.file()).write { try $0.execute(sql: "CREATE TABLE KV (x)") }
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path: folder.file()) }
        #expect(error?.code == .schema)
    }
}
