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

    @Test func keyThatStandsTwiceIsFound() {
        let text = "return { a = 1, b = { c = 1, ['c'] = 2 }, f({ d = 1 }, { d = 2 }), a = 3, e = { a = 1 } }"
        #expect(TablePlaces(Array(text.utf8)).repeats.map(\.path) == ["b.c", "a"])
    }

    /// Only what is the value as a whole, in tables that nothing is done with.
    @Test func variablesAreFound() {
        let text = """
            return { a = k.x, b = k, c = k.f(), d = k.x or 1, e = nil, f = true, g = { h = k.y.z; k.u }, i = wrap { j = k.v },
              l = k["x"], m = "k", ["n.o"] = k.z, ["p["] = { q = k.w } }
            """
        #expect(
            TablePlaces(Array(text.utf8)).references == ["a": "k.x", "b": "k", "g.h": "k.y.z", "g[1]": "k.u"])
    }

    @Test func longKeyDoesNotMultiplyByWhatIsInIt() {
        let key = String(repeating: "k", count: 100_000)
        let elements = String(repeating: "1,", count: 50_000)
        let text = "return {\n ['\(key)'] = { \(elements) },\n a = {\n 1 } }"
        let places = TablePlaces(Array(text.utf8))
        #expect(places.place("\(key)[7]")?.line == 1 && places.place("a[1]")?.line == 4)
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
