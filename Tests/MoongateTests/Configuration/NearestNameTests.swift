import Moongate
import Testing

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("provider", "providers"), ("maxage", "maxAge"), ("sesion", "session"), ("datbase", "database"), ("URL", "url"),
        ("rul", "url"),
    ])
    func misspeltNameFindsTheOneThatWasMeant(written: String, meant: String) {
        #expect(NearestName.of(written, among: ["url", "session", "maxAge", "database", "providers"]) == meant)
    }

    @Test(arguments: ["callbacks", "zzzzzz", ""])
    func farNameFindsNothing(written: String) {
        #expect(NearestName.of(written, among: ["url", "session", "maxAge"]) == nil)
    }

    @Test func lettersThatChangedPlacesAreOneMistake() {
        #expect(NearestName.of("rotues", among: ["roles", "routes"]) == "routes")
    }
}
