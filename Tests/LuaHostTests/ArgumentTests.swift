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
