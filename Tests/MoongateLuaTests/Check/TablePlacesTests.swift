import Testing

@testable import MoongateLua

@Suite struct TablePlacesTests {
    private let places = TablePlaces(
        Array(
            """
            -- return { url = 1 }
            local x = { a = 1 }
            return {
              url = env("A", "b"), ["secret"] = "s",
              session = { maxAge = 1 },
              providers = {
                provider "dev" {},
                provider "credentials" { credentials = { a = { label = "ä", type = "x" } } },
              },
            }
            """.utf8))

    @Test(arguments: [
        ("url", 4, 3), ("secret", 4, 24), ("session.maxAge", 5, 15), ("providers[1]", 7, 5), ("providers[2]", 8, 5),
        ("providers[2].credentials.a.type", 8, 65), ("session", 5, 3),
    ])
    func keyHasItsPlace(path: String, line: Int, column: Int) {
        #expect(places.place(path) == TablePlaces.Place(line: line, column: column))
    }

    @Test(arguments: [("session.absent", 5, 3), ("providers[7].issuer", 6, 3), ("absent", 3, 1), ("", 3, 1)])
    func keyThatIsNotWrittenHasThePlaceAroundIt(path: String, line: Int, column: Int) {
        #expect(places.place(path) == TablePlaces.Place(line: line, column: column))
    }

    @Test func textWithoutATableHasNoPlaces() {
        #expect(TablePlaces(Array("x = 1".utf8)).place("url") == nil)
        #expect(TablePlaces([]).place("url") == nil)
        #expect(TablePlaces(Array(String(repeating: "return {", count: 500).utf8)).place("url") != nil)
    }
}
