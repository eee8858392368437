import MoongateTokens
import Testing

@Suite struct JSONParsingTests {
    static let valid: [(String, JSONValue)] = [
        ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.5", 1.5), ("1e3", .number(1000)), ("-2.5E-3", -0.0025), ("1e-400", .number(0)),
        (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\uD83D\uDE00""#, "é😀"),
        ("\"\u{7F}é€😀\"", "\u{7F}é€😀"), ("[]", []), ("[1,[2],{}]", [1, [2], [:]]),
        (#"{"a":{"b":[null]},"c":"d"}"#, ["a": ["b": [nil]], "c": "d"]),
        ("\t{ \"a\" :\r\n 1 } ", ["a": 1]),
    ]

    @Test(arguments: valid)
    func validDocumentsAreRead(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    static let invalid: [(String, JSONError.Status)] = [
        ("", JSONError.Status.syntax), (" ", .syntax), ("nul", .syntax), ("True", .syntax), ("NaN", .syntax),
        ("[1,]", .syntax), ("[,1]", .syntax), ("[1 2]", .syntax), ("[1", .syntax), ("]", .syntax), ("[}", .syntax),
        (#"{"a":1,}"#, .syntax), (#"{"a"}"#, .syntax), (#"{"a" 1}"#, .syntax), ("{a:1}", .syntax), ("{1:2}", .syntax),
        ("-", .syntax), ("+1", .syntax), (".5", .syntax), ("1.", .syntax), ("1e", .syntax), ("1e+", .syntax),
        ("01", .trailing), ("1 1", .trailing), ("{}{}", .trailing), ("nullx", .trailing), ("// a\n1", .syntax),
        ("'a'", .syntax), ("\"a", .syntax), (#""\x41""#, .syntax), (#""\u12""#, .syntax), (#""\u123g""#, .syntax),
        ("\"a\nb\"", .syntax), ("\"\u{1}\"", .syntax), ("\u{FEFF}{}", .syntax),
        (#""\ud800""#, .encoding), (#""\ud800\u0041""#, .encoding), (#""\udc00""#, .encoding),
        (#""\u0000""#, .encoding),
        ("\"\u{0}\"", .encoding), ("9223372036854775808", .number), ("-9223372036854775809", .number),
        ("1e400", .number),
        (#"{"":1}"#, .key), (#"{"a\n":1}"#, .key), (#"{"\u007f":1}"#, .key), (#"{"a\u0000":1}"#, .encoding),
        (#"{"a":1,"a":1}"#, .duplicateKey), (#"{"a":1,"\u0061":1}"#, .duplicateKey),
        (#"{"\u0061lg":1,"b":{"c":1,"c":2}}"#, .duplicateKey), ("{\"e\u{301}\":1,\"\u{E9}\":2}", .duplicateKey),
    ]

    @Test(arguments: invalid)
    func anythingElseIsRefused(text: String, status: JSONError.Status) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(refusal(Array(text.utf8)) == status)
    }

    @Test(
        arguments: [
            [0xFF], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xC3],
        ] as [[UInt8]])
    func malformedUTF8IsRefused(bytes: [UInt8]) {
        #expect(refusal([0x22] + bytes + [0x22]) == .encoding)
        #expect(refusal(Array(#"{"a"#.utf8) + bytes + Array(#"":1}"#.utf8)) == .encoding)
    }

    @Test func limitsHoldAtTheirEdges() throws {
        #expect(refusal(nested(32)) == nil)
        #expect(refusal(nested(33)) == .depth)
        #expect(refusal(nested(10_000)) == .depth)
        #expect(refusal(keys(1024)) == nil)
        #expect(refusal(keys(1025)) == .tooManyKeys)
        #expect(refusal(Array("{\"\(String(repeating: "k", count: 256))\":1}".utf8)) == nil)
        #expect(refusal(Array("{\"\(String(repeating: "k", count: 257))\":1}".utf8)) == .key)
        #expect(refusal(Array(("0." + String(repeating: "1", count: 510)).utf8)) == nil)
        #expect(refusal(Array(("0." + String(repeating: "1", count: 511)).utf8)) == .number)
    }

    @Test func duplicatesAreFoundAmongManyKeysAndAcrossNesting() {
        for count in [2, 12, 13, 14, 25, 200, 1023] {
            var text = keys(count)
            text.removeLast()
            for index in [0, count / 2, count - 1] {
                #expect(refusal(text + Array(#","\u006b\#(index)":{"k0":1}}"#.utf8)) == .duplicateKey)
            }
            #expect(refusal(text + Array(#","x":{"k0":1}}"#.utf8)) == nil)
        }
    }

    @Test func duplicatesAreFoundWhereKeysAscendAndWhereTheyStopTo() {
        // Alike in their first eight bytes, shorter than eight, and the one the beginning of the other.
        let ascending = (10..<60).map { "member\($0)" } + ["memberships", "n", "na", "names", "z"]
        func document(_ keys: [String]) -> [UInt8] {
            Array(("{" + keys.map { #""\#($0)":{"a":1,"b":2}"# }.joined(separator: ",") + "}").utf8)
        }
        for count in [1, 2, 23, 24, 25, 26, 49, ascending.count] {
            let keys = Array(ascending.prefix(count))
            #expect(refusal(document(keys)) == nil)
            #expect(refusal(document(keys + ["a"])) == nil)
            #expect(refusal(document(keys + ["a", "zz", "b"])) == nil)
            for again in [keys[0], keys[count / 2], keys[count - 1]] {
                #expect(refusal(document(keys + [again])) == .duplicateKey)
                #expect(refusal(document(keys + ["a", again])) == .duplicateKey)
                #expect(refusal(document(["zzz", "a"] + keys + [again])) == .duplicateKey)
            }
            #expect(refusal(document(keys + ["z\u{7F}"])) == .key)
            #expect(refusal(document(keys + ["zzzzzzzzzzzz\u{7F}"])) == .key)
        }
    }

    @Test func anErrorSaysWhereAndNotWhat() {
        do {
            _ = try JSONValue(parsing: Array(#"{"secret": hunter2}"#.utf8))
            Issue.record("this is not JSON")
        } catch {
            #expect("\(error)" == "json.syntax at byte 11")
        }
    }

    private func refusal(_ bytes: [UInt8]) -> JSONError.Status? {
        do { _ = try JSONValue(parsing: bytes) } catch let error as JSONError { return error.status } catch {}
        return nil
    }

    private func nested(_ depth: Int) -> [UInt8] {
        Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }

    private func keys(_ count: Int) -> [UInt8] {
        Array(("{" + (0..<count).map { #""k\#($0)":\#($0)"# }.joined(separator: ",") + "}").utf8)
    }
}
