import Foundation
import GRDB
import Moongate
import Testing

@testable import MoongateSQL

@Suite struct SQLiteDurabilityTests {
    @Test func everyWriteIsSyncedAndForeignKeysHold() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        let found = try await store.database.pool.writeWithoutTransaction { db in
            try ["synchronous", "foreign_keys", "journal_mode"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(found == ["2", "1", "wal"])
    }

    /// What a killed process leaves is the files as they are, never closed: so a copy of them, made while the store is
    /// open, must hold every write that was acknowledged.
    @Test func anAcknowledgedWriteOutlivesTheProcess() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file("first.db"))
        let user = User(id: "1", email: "a@example.com")
        try await store.apply([.insertUser(user)])
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: folder.file("first.db" + suffix), toPath: folder.file("second.db" + suffix))
        }
        let second = try SQLiteStore.open(path: folder.file("second.db"))
        #expect(try await second.findUser(id: "1") == user)
        #expect(try await second.findUser(id: "2") == nil)
        try store.close()
    }

    @Test func whatWasWrittenIsThereAfterReopening() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.apply([.insertUser(User(id: "1"))])
        try store.close()
        #expect(try await SQLiteStore.open(path: folder.file()).findUser(id: "1") == User(id: "1"))
    }

    @Test func readsDoNotWaitForAWriter() async throws {
        let folder = try TemporaryFolder()
        let writer = try SQLiteStore.open(path: folder.file())
        let reader = try SQLiteStore.open(path: folder.file())
        try await writer.apply([.insertUser(User(id: "1", name: "before"))])
        let other = try otherProgram(on: folder.file())
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE; UPDATE users SET name = 'x'") }
        #expect(try await reader.findUser(id: "1")?.name == "before")
        try await reader.checkReadiness()
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await reader.findUser(id: "1")?.name == "x")
    }

    @Test func aWriteBehindAnotherProgramsLockIsUnavailableAndChangesNothing() async throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(on: try SQLiteDatabase(path: folder.file(), busySeconds: 0.01))
        let other = try otherProgram(on: folder.file())
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let refused = await #expect(throws: StoreError.self) { try await store.apply([.insertUser(User(id: "1"))]) }
        #expect(refused?.code == .unavailable)
        #expect(refused?.message.contains("is locked") == true)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await store.findUser(id: "1") == nil)
        try await store.apply([.insertUser(User(id: "1"))])
    }

    @Test func aWriteOfACancelledTaskIsStillAcknowledged() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.apply([.insertUser(User(id: "1"))])
        }
        try await task.value
        #expect(try await store.findUser(id: "1") != nil)
    }

    @Test func aClosedStoreIsUnavailable() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.checkReadiness()
        try store.close()
        try store.close()
        let unavailable = StoreError(.unavailable, "")
        await #expect(throws: unavailable) { try await store.checkReadiness() }
        await #expect(throws: unavailable) { try await store.findUser(id: "1") }
        await #expect(throws: unavailable) { try await store.apply([.insertUser(User(id: "1"))]) }
    }

    @Test func errorsNameColumnsAndNeverValues() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        let user = User(id: "1", email: "private@example.com")
        try await store.apply([.insertUser(user)])
        let error = await #expect(throws: StoreError.self) {
            try await store.apply([.insertUser(User(id: "2", email: "private@example.com"))])
        }
        #expect(error?.message == "a row with this key is there already (users.email)")
    }

    /// A connection as another program has it, which may hold a transaction open.
    private func otherProgram(on path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
