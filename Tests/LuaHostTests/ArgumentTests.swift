import LuaHost
import Testing

@Suite struct ArgumentTests {
    private func echo(_ json: String) async throws -> String {
        try await Running.call("return function(p) return p.v end", [Running.json("v", json)]).text
    }

    @Test(arguments: [
        #"{"a":[],"b":{},"c":[[]],"d":[{}]}"#, #"{"n":null,"x":1}"#, #"[null,1,null]"#, "[]", "{}", "9007199254740993",
        "-9223372036854775808", "1.5", #""é\u0001""#, "true", #"{"a":{"b":{"c":[1,2,{"d":null}]}}}"#, "null",
        #"{"deep":[[[[[[[[1]]]]]]]]}"#,
    ])
    func documentsComeBackAsTheyWere(_ json: String) async throws {
        #expect(try await echo(json) == json)
    }

    @Test func longArraysComeBackWhole() async throws {
        let json = "[" + (1...9_999).map(String.init).joined(separator: ",") + "]"
        #expect(try await echo(json) == json)
    }

    @Test(arguments: [
        "", "{", #"{"a":1,"a":2}"#, #"{"":1}"#, "01", "NaN", "9223372036854775808", #""\u0000""#, "[1]x", #"{"a\n":1}"#,
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "\u{FEFF}1",
    ])
    func badDocumentsAreRefused(_ json: String) async throws {
        do {
            _ = try await echo(json)
            Issue.record("accepted")
        } catch let failure as LuaFailure {
            #expect(failure.code == "value.json")
            #expect(failure.path == "arguments.v")
        }
    }

    @Test func keysThatAreAlikeStayApart() async throws {
        let pool = LuaPool(program: try Running.program("return function(p) return { p.v, p.v.name, p.v.nbme } end"))
        let lease = try pool.lease()
        for (json, name, other) in [
            (#"{"name":1,"nbme":2}"#, "1", "2"), (#"{"nbme":4,"name":3}"#, "3", "4"),
            (#"{"name":5,"nbme":6,"ncme":0}"#, "5", "6"), (#"{"nam":0,"name":7,"names":0,"nbme":8}"#, "7", "8"),
        ] {
            let result = try await lease.call(LuaCall(entry: 0, arguments: [Running.json("v", json)]))
            #expect(result.text.hasSuffix(",\(name),\(other)]"))
        }
    }

    @Test func keysOfEveryKindAndLengthComeBack() async throws {
        let keys =
            (1...40).map { String(repeating: "k", count: $0) } + ["a b", "é", "1", "user@example.com", "a\u{1F600}"]
        let json =
            "{"
            + keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { #""\#($0)":"\#($0)""# }
            .joined(separator: ",") + "}"
        let pool = LuaPool(program: try Running.program("return function(p) return p.v end"))
        let lease = try pool.lease()
        for _ in 0..<3 {
            #expect(try await lease.call(LuaCall(entry: 0, arguments: [Running.json("v", json)])).text == json)
        }
    }

    @Test func aNullMemberIsAbsent() async throws {
        let result = try await Running.call(
            "return function(p) return { p.v.n == nil, p.v[1] == nil, #p.list, p.list[1] == json.null } end",
            [Running.json("v", #"{"n":null}"#), Running.json("list", "[null]")])
        #expect(result.text == "[true,true,1,true]")
    }

    @Test func aNullThatWasAssignedToIsAValue() async throws {
        let result = try await Running.call(
            "return function(p) p.v.n = 5 p.v.z = 1 return p.v end", [Running.json("v", #"{"a":null,"n":null}"#)])
        #expect(result.text == #"{"a":null,"n":5,"z":1}"#)
    }

    @Test func anArrayStaysAnArrayWhenItIsEmptied() async throws {
        let result = try await Running.call(
            "return function(p) table.remove(p.v) p.v2 = p.v return p end", [Running.json("v", "[1]")])
        #expect(result.text == #"{"v":[],"v2":[]}"#)
        await #expect(throws: LuaFailure.self) {
            try await Running.call("return function(p) p.v.x = 1 return p end", [Running.json("v", "[1]")])
        }
    }
}
