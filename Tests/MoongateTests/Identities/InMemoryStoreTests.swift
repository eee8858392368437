import Moongate
import MoongateTesting
import Testing

@Suite struct InMemoryStoreTests {
    @Test func keepsTheContract() async { await StoreConformance.run { InMemoryStore() } }
    @Test func keepsTheContractInRaces() async { await StoreConformance.runRaces { InMemoryStore() } }
}
