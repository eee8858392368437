import Testing

@testable import Moongate

@Suite struct PrettyJSONTests {
    private func pretty(_ text: String) -> String { PrettyJSON.text(Array(text.utf8)) }

    @Test func membersStandOnLinesOfTheirOwn() {
        #expect(pretty(#"{"a":1,"b":[true,null]}"#) == "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}")
    }

    @Test func emptyContainersStayOnOneLine() {
        #expect(pretty(#"{"a":{},"b":[ ]}"#) == "{\n  \"a\": {},\n  \"b\": []\n}")
    }

    @Test func stringsAreKeptByteForByte() {
        #expect(pretty(#"["a\"{,:}\\","é"]"#) == "[\n  \"a\\\"{,:}\\\\\",\n  \"é\"\n]")
    }

    @Test(arguments: ["", "\"", "\"\\", "}}}", "[", "{", "]]],,,::"])
    func brokenInputIsNoCrash(_ text: String) {
        #expect(pretty(text).utf8.filter { $0 > 0x20 }.elementsEqual(text.utf8))
    }

    @Test func bracketsAloneDoNotMakeItQuadratic() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        #expect(PrettyJSON.text(deep).utf8.count < 10_000 * 70)
    }
}
