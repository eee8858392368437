import GRDB
import Moongate
import Testing

@testable import MoongateSQL

@Suite struct SQLiteSchemaTests {
    @Test func aNewFileGetsThisVersionAndAuthjsNames() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        let (version, columns) = try await store.database.pool.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA user_version"),
                try ["users", "accounts", "sessions", "verification_token"].map { try db.columns(in: $0).map(\.name) }
            )
        }
        #expect(version == 3)
        #expect(
            columns == [
                ["id", "name", "email", "emailVerified", "image", "claims"],
                [
                    "id", "userId", "type", "provider", "providerAccountId", "refresh_token", "access_token",
                    "expires_at",
                    "token_type", "scope", "id_token", "session_state",
                ],
                ["id", "sessionToken", "userId", "expires"], ["identifier", "expires", "token"],
            ])
    }

    @Test func momentsAreMillisecondsAndOAuthsExpiryIsSeconds() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        var account = Account(userId: "1", type: "oauth", provider: "github", providerAccountId: "7")
        account.tokens.expiresAt = 12
        let session = StoredSession(key: .init(stored: "key"), userId: "1", expires: Timestamp(seconds: 12))
        try await store.apply([.insertUser(User(id: "1")), .insertAccount(account), .insertSession(session)])
        let found = try await store.database.pool.read { db in
            try Int.fetchAll(db, sql: "SELECT expires FROM sessions UNION ALL SELECT expires_at FROM accounts")
        }
        #expect(found == [12_000, 12])
    }

    @Test func openingAgainChangesNothing() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.apply([.insertUser(User(id: "1"))])
        let before = try await schema(of: store)
        let again = try SQLiteStore.open(path: folder.file())
        #expect(try await schema(of: again) == before)
        #expect(try await again.findUser(id: "1") != nil)
    }

    @Test func manyMayOpenANewFileAtOnce() async throws {
        let folder = try TemporaryFolder()
        try SQLiteFile.prepare(folder.file())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await SQLiteStore.open(path: folder.file()).checkReadiness() } }
            try await group.waitForAll()
        }
    }

    @Test(arguments: [4, 99, -1]) func anUnknownVersionIsRefusedWithAWayOut(version: Int) async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.open(path: folder.file()).close()
        try await edit(folder, "PRAGMA user_version = \(version)")
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path: folder.file()) }
        #expect(error?.code == .schema)
        #expect(
            error?.message == "database \(folder.file()) has schema version \(version), and this Moongate knows up "
                + "to 3: run the Moongate that wrote it or a newer one, or name another path")
    }

    @Test func tablesOfAnotherProgramAreRefusedAndLeftAsTheyAre() async throws {
        let folder = try TemporaryFolder()
        try await edit(folder, "CREATE TABLE Users (id INTEGER PRIMARY KEY); INSERT INTO Users VALUES (7)")
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path: folder.file()) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("belong to another program") == true)
        let left = try await DatabaseQueue(path: folder.file()).read { db in
            try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        #expect(left == ["Users"])
    }

    @Test func anotherProgramsTablesOfOtherNamesAreNeighbours() async throws {
        let folder = try TemporaryFolder()
        try await edit(folder, "CREATE TABLE posts (id INTEGER PRIMARY KEY)")
        try await SQLiteStore.open(path: folder.file()).checkReadiness()
    }

    private func edit(_ folder: TemporaryFolder, _ sql: String) async throws {
        try await DatabaseQueue(path: folder.file()).write { try $0.execute(sql: sql) }
    }

    private func schema(of store: SQLiteStore) async throws -> [String] {
        try await store.database.pool.read { db in
            try String.fetchAll(db, sql: "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name")
        }
    }
}
