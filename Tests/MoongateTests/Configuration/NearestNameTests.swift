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

    @Test(arguments: [("pow", "cos"), ("md5", "hmac"), ("load", "log"), ("ab", "cd")])
    func shortNamesDifferInOneLetter(written: String, other: String) {
        #expect(NearestName.of(written, among: [other]) == nil)
    }

    @Test func lettersThatChangedPlacesAreOneMistake() {
        #expect(NearestName.of("rotues", among: ["roles", "routes"]) == "routes")
    }

    /// Names that are alike for as far as they are looked at would all be one.
    @Test func longNamesAreNotGuessed() {
        let beginning = String(repeating: "a", count: 70)
        #expect(NearestName.of(beginning + "reader", among: [beginning + "writer"]) == nil)
        #expect(NearestName.of("readers", among: [beginning]) == nil)
    }
}
