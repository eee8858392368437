import MoongateTokens
import Testing

@Suite struct JSONCanonicalTests {
    @Test func keysStandInByteOrderAtEveryLevel() throws {
        let value = try JSONValue(parsing: Array(#"{"b":1,"a":{"z":1,"B":2,"é":3},"aa":[]}"#.utf8))
        #expect(text(value) == #"{"a":{"B":2,"z":1,"é":3},"aa":[],"b":1}"#)
    }

    static let shortest: [(Double, String)] = [
        (0.1, "0.1"), (-2.25, "-2.25"), (1e21, "1e+21"), (1e-7, "1e-7"), (.leastNonzeroMagnitude, "5e-324"), (1.0, "1"),
        (-0.0, "0"),
        (1.0 / 3, "0.3333333333333333"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        (123456.789, "123456.789"), (.nan, "null"), (.infinity, "null"),
    ]

    @Test(arguments: shortest)
    func numbersHaveTheirShortestForm(number: Double, written: String) {
        #expect(text(.number(number)) == written)
    }

    @Test func onlyWhatMustBeEscapedIs() {
        #expect(text("\"\\/\n\t\u{1}\u{7F}é😀") == "\"\\\"\\\\/\\n\\t\\u0001\u{7F}é😀\"")
        #expect(text("a\u{0}b") == "\"a\u{FFFD}b\"")
    }

    @Test func theTreeAndTheByteWriterAgree() throws {
        var random = SplitMix(state: 4)
        for _ in 0..<300 {
            var members: [String: JSONValue] = ["é\"\\": ["y": 1, "x": [2.5, "\n"]]]
            for _ in 0..<Int.random(in: 0...90, using: &random) {
                members["\(random.next() % 1000)"] = .integer(Int64(bitPattern: random.next()))
            }
            let bytes = JSONValue.object(members).canonicalBytes()
            #expect(try TokenPayload.canonical(bytes) == bytes)
        }
    }

    private func text(_ value: JSONValue) -> String { String(decoding: value.canonicalBytes(), as: UTF8.self) }
}
