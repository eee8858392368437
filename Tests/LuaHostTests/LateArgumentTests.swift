import LuaHost
import Testing

/// Arguments that are decoded when they are first read: no script can tell them from others.
@Suite struct LateArgumentTests {
    private static let arguments: [LuaArgument] = [
        .late("user", Array(#"{"groups":["a","b"],"id":"1"}"#.utf8)), .late("list", Array("[1,2]".utf8)),
        .late("word", Array(#""text""#.utf8)), .late("nothing", Array("null".utf8)),
        .json("token", Array(#"{"sub":"1"}"#.utf8)),
    ]
    private static let whole = #"{"list":[1,2],"token":{"sub":"1"},"user":{"groups":["a","b"],"id":"1"},"word":"text"}"#

    private func call(_ body: String, _ more: (inout LuaCall) -> Void = { _ in }) async throws -> LuaResult {
        var call = LuaCall(entry: 0, arguments: Self.arguments)
        more(&call)
        let lease = try LuaPool(program: try Running.program("return function(p) \(body) end")).lease()
        return try await lease.call(call)
    }

    @Test(arguments: [
        ("return p.user.id", #""1""#), ("return p.user.groups[2]", #""b""#), ("return #p.list", "2"),
        ("return p.word .. p.token.sub", #""text1""#), ("return p.nothing == nil", "true"),
        ("return p.absent == nil and p[1] == nil", "true"), ("return p.user == p.user", "true"),
        ("p.user.id = 2 return p.user", #"{"groups":["a","b"],"id":2}"#),
    ])
    func isReadLikeAnyOther(_ body: String, _ result: String) async throws {
        #expect(try await call(body).text == result)
    }

    @Test(arguments: [
        "return p", "local _ = p.user return p", "return { p }",
        "local t = {} for k, v in pairs(p) do t[k] = v end return t",
        "local t = {} local k, v = next(p) while k do t[k] = v k, v = next(p, k) end return t",
        "setmetatable(p, {}) setmetatable(p, nil) return p",
    ])
    func wholeTableHasThemAll(_ body: String) async throws {
        let text = try await call(body).text
        #expect(text == Self.whole || text == "[\(Self.whole)]")
    }

    @Test(arguments: [
        ("p.user = 5 return p.user", "5"), ("p.user = nil return p.user == nil", "true"),
        ("p.user = nil for k in pairs(p) do assert(k ~= 'user') end return true", "true"),
        ("local _ = p.user p.user = nil return p.user == nil", "true"), ("p.more = 1 return p.more", "1"),
    ])
    func whatIsWrittenTakesItsPlace(_ body: String, _ result: String) async throws {
        #expect(try await call(body).text == result)
    }

    @Test func tableOfTheArgumentsIsAPlainOne() async throws {
        #expect(try await call("return getmetatable(p) == nil and p.user.id == '1'").text == "true")
        #expect(try await call("return json.array(p) == p and pcall(next, p)").text == "true")
    }

    @Test func resultThatIsTheArgumentsGetsItsReservedMembersBack() async throws {
        let result = try await call("return p") {
            $0.restoring = LuaRestoring(["list", "sub"], from: .document(Array(#"{"sub":"1"}"#.utf8)))
        }
        #expect(result.text == #"{"sub":"1","token":{"sub":"1"},"user":{"groups":["a","b"],"id":"1"},"word":"text"}"#)
    }

    @Test func argumentThatIsRestoredFromIsThereBefore() async throws {
        let result = try await call("local user = p.user user.id = 7 return user") {
            $0.restoring = LuaRestoring(["id"], from: .argument("user"))
        }
        #expect(result.text == #"{"groups":["a","b"],"id":"1"}"#)
    }

    @Test func keptTableReadsNothingOfTheNextCall() async throws {
        let program = try Running.program(
            "return function(p) return p.first and p or { p.kept.first == nil, p.kept.user.id } end")
        let lease = try LuaPool(program: program).lease()
        var first = LuaCall(entry: 0, arguments: [.json("flag", Array("true".utf8))])
        first.arguments.append(.late("first", Array("true".utf8)))
        first.arguments.append(.late("user", Array(#"{"id":"first"}"#.utf8)))
        first.keepsResult = true
        _ = try await lease.call(first)
        let next: [LuaArgument] = [.kept("kept"), .late("user", Array(#"{"id":"second"}"#.utf8))]
        #expect(try await lease.call(LuaCall(entry: 0, arguments: next)).text == #"[false,"first"]"#)
    }

    @Test func strictTablesAreStrict() async throws {
        let strict = LuaStrictTable("user", listing: Array(#"["p.user","not there","id"]"#.utf8))
        let failure = await #expect(throws: LuaFailure.self) {
            try await call("return p.user.ix") { $0.strict = [strict] }
        }
        #expect(failure?.message.contains("did you mean `id`?") == true)
        let all = LuaStrictTable(nil, listing: Array(#"["p","not there","user"]"#.utf8))
        await #expect(throws: LuaFailure.self) { try await call("return p.usr") { $0.strict = [all] } }
        #expect(try await call("return p.user.id") { $0.strict = [all] }.text == #""1""#)
    }

    @Test func whatIsNoDocumentIsAnErrorWhereItIsRead() async throws {
        let program = try Running.program("return function(p)\n  return p.bad\nend")
        let lease = try LuaPool(program: program).lease()
        let call = LuaCall(entry: 0, arguments: [.late("bad", Array("{".utf8))])
        let failure = await #expect(throws: LuaFailure.self) { try await lease.call(call) }
        #expect(failure?.line == 2)
        #expect(failure?.message.contains("bad is not JSON") == true)
    }
}
