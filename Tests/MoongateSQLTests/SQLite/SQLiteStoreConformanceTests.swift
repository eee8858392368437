import MoongateSQL
import MoongateTesting
import Testing

@Suite struct SQLiteStoreConformanceTests {
    @Test func keepsTheContract() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        await StoreConformance.run { store }
    }

    @Test func keepsTheContractInRaces() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(path: folder.file())
        await StoreConformance.runRaces { store }
    }
}
