import Moongate
import MoongateTesting
import Testing

@Suite struct InMemoryKeyValueStoreTests {
    @Test func keepsTheContract() async { await KeyValueStoreConformance.run { InMemoryKeyValueStore() } }
    @Test func keepsTheContractInRaces() async { await KeyValueStoreConformance.runRaces { InMemoryKeyValueStore() } }
}
