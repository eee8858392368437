import LuaHost
import Testing

@Suite struct ResultTests {
    @Test(
        arguments: [
            ("return { a = { 1, 2, tostring } }", "value.function", "result.a[3]"),
            ("local t = {} t.self = t return t", "value.cycle", "result.self"),
            ("return { x = setmetatable({}, {}) }", "value.metatable", "result.x"),
            ("return { lib = string }", "value.metatable", "result.lib"),
            ("return { [1] = 1, x = 2 }", "value.array", "result"),
            ("return { list = { [1] = 'a', [3] = 'b' } }", "value.array", "result.list"),
            ("return { list = { [0] = 'a' } }", "value.array", "result.list"),
            ("return { list = { [1] = 'a', [1000000000] = 'b' } }", "value.array", "result.list"),
            ("return { [true] = 1 }", "value.key", "result"), ("return { [1.5] = 1 }", "value.array", "result"),
            ("return { ['1'] = 'a', [1] = 'b' }", "value.array", "result"),
            ("return { [''] = 1 }", "value.key", "result[\"\"]"),
            ("return { ['a\\nb'] = 1 }", "value.key", "result[\"a\nb\"]"),
            ("return { ['a\\0'] = 1 }", "value.key", "result[\"a?\"]"),
            ("return { [('k'):rep(257)] = 1 }", "value.key", nil),
            ("return { deep = { s = 'a\\0b' } }", "value.string", "result.deep.s"),
            ("return { '\\xff' }", "value.string", "result[1]"),
            ("return { '\\xed\\xa0\\x80' }", "value.string", "result[1]"),
            ("return { n = 1 / 0 }", "value.number", "result.n"), ("return { n = 0 / 0 }", "value.number", "result.n"),
            ("local t = {} local r = t for i = 1, 40 do t.n = {} t = t.n end return r", "value.depth", nil),
            ("local t = {} for i = 1, 1025 do t['k' .. i] = i end return t", "value.keys", nil),
            ("return tostring", "value.function", "result"),
        ] as [(String, String, String?)])
    func whatJSONCannotSayIsRefused(_ text: String, _ code: String, _ path: String?) async throws {
        let failure = try #require(try await Running.failure(text))
        #expect(failure.code == code)
        #expect(failure.script == "scripts/test.lua")
        if let path { #expect(failure.path == path) }
    }

    @Test(arguments: [
        ("return { b = 1, a = 2, ['a.b'] = 3, Z = 4 }", #"{"Z":4,"a":2,"a.b":3,"b":1}"#),
        ("return {}", "{}"), ("return json.array()", "[]"), ("return json.array{ 1 }", "[1]"),
        ("return { json.null, 1 }", "[null,1]"), ("return { a = json.null }", #"{"a":null}"#),
        (
            "return { 9007199254740993, math.maxinteger, math.mininteger }",
            "[9007199254740993,9223372036854775807,-9223372036854775808]"
        ),
        ("return { 1.5, 3.0, -0.0, 1e300 }", "[1.5,3,0,1e+300]"), ("return 'é\\n\"\\\\'", #""é\n\"\\""#),
        ("local t = {} for i = 5, 1, -1 do t[i] = i end return t", "[1,2,3,4,5]"),
        ("local t = {} t[3] = 3 t[1] = 1 t[2] = 2 return t", "[1,2,3]"),
        ("local shared = { 1 } return { shared, shared }", "[[1],[1]]"),
        ("local t = {} for i = 26, 1, -1 do t[string.char(96 + i)] = i end return next(t) and 'ok'", "\"ok\""),
    ])
    func valuesAreWrittenCanonically(_ text: String, _ expected: String) async throws {
        #expect(try await Running.chunk(text) == expected)
    }

    @Test func theLimitsOfAnObjectAreStillAllowed() async throws {
        let text = "local t = {} for i = 1, 1024 do t['k' .. i] = i end t[('k'):rep(256)] = nil return t"
        #expect(try await Running.failure(text) == nil)
        let deep = "local t = {} local r = t for i = 1, 31 do t.n = {} t = t.n end return r"
        #expect(try await Running.failure(deep) == nil)
    }

    @Test func keysComeInByteOrder() async throws {
        let text = "local t = {} for i = 1, 300 do t['key' .. (i * 7919) % 1000] = 1 end return t"
        let written = try await Running.chunk(text).dropFirst().dropLast().split(separator: ",").map(String.init)
        #expect(written.count == 300)
        #expect(written == written.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func theKindSaysWhatWasReturned() async throws {
        let kinds: [(String, LuaResult.Kind)] = [
            ("", .none),
            ("return", .none),
            ("return nil", .null),
            ("return false", .boolean),
            ("return 'false'", .string),
            ("return 0", .number), ("return {}", .object), ("return { 1 }", .array),
        ]
        for (text, kind) in kinds {
            let result = try await Running.call(text) {
                $0.mode = .chunk
                $0.allowsNoValue = true
            }
            #expect(result.kind == kind, "\(text)")
            #expect(result.boolean == (text == "return false" ? false : nil))
        }
    }

    @Test func errorsNameScriptAndLine() async throws {
        let cases: [(String, String, Int)] = [
            ("\n\nerror('hi')", "hi", 3), ("local x\n  x.y = 1", "attempt to index a nil value (local 'x')", 2),
            ("\nerror({ status = 200 })", "raised a table as an error", 2),
            ("\n\n\nreturn 1 + {}", "attempt to perform arithmetic on a table value", 4),
        ]
        for (text, message, line) in cases {
            let failure = try #require(try await Running.failure(text))
            let expected = LuaFailure(
                code: "script.error", message: message, script: "scripts/test.lua", line: line)
            #expect(failure == expected)
        }
    }

    @Test func allSyntaxErrorsAreReportedAtOnce() {
        let bad = LuaSource(name: "scripts/a.lua", "local = 1"), worse = LuaSource(name: "scripts/b.lua", "\nif then")
        let error = #expect(throws: LuaHostError.self) {
            try LuaProgram(entries: [bad, LuaSource(name: "scripts/c.lua", "return 1"), worse])
        }
        #expect(error?.failures.map(\.script) == ["scripts/a.lua", "scripts/b.lua"])
        #expect(error?.failures.map(\.line) == [1, 2])
        #expect(error?.code == "script.syntax")
    }

    @Test func aHookMustBeAFunction() async throws {
        await #expect(
            throws: LuaFailure(
                code: "hook.type", message: "what the script returns must be a function, not number",
                script: "scripts/test.lua")
        ) { try await Running.call("return 5") }
    }
}
