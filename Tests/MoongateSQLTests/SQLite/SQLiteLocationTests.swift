import Moongate
import Testing

@testable import MoongateSQL

@Suite struct SQLiteLocationTests {
    @Test(arguments: [
        ("sqlite:moongate.db", "/etc/moongate/moongate.db"), ("sqlite:data/a.db", "/etc/moongate/data/a.db"),
        ("sqlite:./a.db", "/etc/moongate/./a.db"), ("sqlite:/var/lib/a.db", "/var/lib/a.db"),
        ("sqlite:///var/lib/a.db", "/var/lib/a.db"), ("sqlite:file:a.db", "/etc/moongate/file:a.db"),
    ])
    func aPathIsRelativeToTheConfigurationsFolder(url: String, path: String) throws {
        #expect(try SQLiteLocation(url: url, relativeTo: "/etc/moongate").path == path)
    }

    @Test(arguments: [
        "", "sqlite:", "sqlite", "SQLITE:a.db", "postgres://localhost/a", "sqlite::memory:", "sqlite://host/a.db",
        "sqlite:a.db?mode=ro", "sqlite:a.db#x", "sqlite:folder/", "sqlite:a\u{0}.db",
    ])
    func aUrlThatNamesNoFileIsRefused(url: String) {
        #expect(throws: StoreError(.configuration, "")) { try SQLiteLocation(url: url, relativeTo: "/etc/moongate") }
    }

    @Test(arguments: ["", "."]) func aPathIsNeverReadAsAUriOrAsMemory(directory: String) throws {
        #expect(try SQLiteLocation(url: "sqlite:file:a.db", relativeTo: directory).path.hasPrefix("./"))
        #expect(try SQLiteLocation(path: ":memory:").path == "./:memory:")
    }

    @Test func theUrlOpensTheFileBesideTheConfiguration() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(url: "sqlite:moongate.db", relativeTo: folder.path)
        try await store.checkReadiness()
        #expect(try folder.permissions(of: "moongate.db") == 0o600)
    }
}
