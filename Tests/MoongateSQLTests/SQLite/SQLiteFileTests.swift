import Foundation
import Moongate
import Testing

@testable import MoongateSQL

@Suite struct SQLiteFileTests {
    @Test func aNewDatabaseIsReadableByItsOwnerAlone() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        try await store.apply([.insertUser(User(id: "1"))])
        for name in ["moongate.db", "moongate.db-wal", "moongate.db-shm"] {
            #expect(try folder.permissions(of: name) == 0o600, "\(name)")
        }
    }

    @Test func theModeOfAnExistingDatabaseIsTheOperators() throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.open(path: folder.file()).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.file())
        try SQLiteStore.open(path: folder.file()).close()
        #expect(try folder.permissions(of: "moongate.db") == 0o640)
    }

    @Test func aFolderInThePathsPlaceIsRefused() throws {
        let folder = try TemporaryFolder()
        let error = refusal(folder.path)
        #expect(error?.code == .configuration)
        #expect(
            error?.message == "database \(folder.path) is a folder: name a file, as in "
                + "sqlite:\(folder.path)/moongate.db")
    }

    @Test func aMissingFolderIsRefusedAndNotMade() throws {
        let folder = try TemporaryFolder()
        let error = refusal(folder.file("none/moongate.db"))
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("the folder \(folder.file("none"))") == true)
        #expect(error?.message.contains("does not exist: make it") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("none")))
    }

    @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws {
        let folder = try TemporaryFolder()
        let text = Data(String(repeating: "this is no database\n", count: 100).utf8)
        try text.write(to: URL(fileURLWithPath: folder.file()))
        let error = refusal(folder.file())
        #expect(error?.code == .schema)
        #expect(error?.message == "database \(folder.file()) is not a SQLite file: move it away, or name another path")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == text)
    }

    @Test func aLinkToNowhereIsRefused() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(), withDestinationPath: folder.file("none.db"))
        #expect(refusal(folder.file())?.code == .configuration)
        #expect(!FileManager.default.fileExists(atPath: folder.file("none.db")))
    }

    @Test func aLinkToADatabaseIsFollowed() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.open(path: folder.file("real.db")).close()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(), withDestinationPath: folder.file("real.db"))
        try await SQLiteStore.open(path: folder.file()).checkReadiness()
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aReadOnlyFolderIsRefused() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
        let error = refusal(folder.file())
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("cannot be written by user \(geteuid())") == true)
    }

    @Test(arguments: [
        (EACCES, "cannot be written by user"), (EROFS, "is on a read-only file system"), (ENOENT, "does not exist"),
        (ENOTDIR, "runs through something that is no folder"), (ENOSPC, "finds no room"), (EIO, "errno \(EIO)"),
    ])
    func everyRefusalOfTheSystemNamesThePathAndSaysWhatToDo(code: CInt, words: String) {
        let error = SQLiteFile.refusal(code, "/srv/moongate.db", folder: "/srv")
        #expect(error.code == .configuration)
        #expect(error.message.hasPrefix("the folder /srv of database /srv/moongate.db " + words) || code == EIO)
        #expect(error.message.contains(words) && error.message.contains(": "))
    }

    private func refusal(_ path: String) -> StoreError? {
        #expect(throws: StoreError.self) { try SQLiteStore.open(path: path) }
    }
}
