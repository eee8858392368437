import LuaHost
import Testing

/// Tables of a call in which a misspelt field raises.
@Suite struct StrictTableTests {
    private static let strict = [
        LuaStrictTable(nil, listing: Array(#"["c","there is no such field","known","user"]"#.utf8)),
        LuaStrictTable("user", listing: Array(#"["c.user","not named","id","name"]"#.utf8)),
    ]

    private func run(_ body: String, pool: LuaPool? = nil) async throws -> String {
        let pool = try pool ?? LuaPool(program: Running.program("return function(c) \(body) end"))
        var call = LuaCall(
            entry: 0, arguments: [.json("known", Array("1".utf8)), .json("user", Array(#"{"id":"7","x":null}"#.utf8))])
        call.strict = Self.strict
        let lease = try pool.lease()
        defer { lease.end() }
        return try await lease.call(call).text
    }

    private func failure(_ body: String) async -> String {
        do { return "returned \(try await run(body))" } catch {
            return "\((error as? LuaFailure)?.message ?? "\(error)")"
        }
    }

    @Test func listedFieldsAreReadAndAbsentOnesAreNil() async throws {
        #expect(try await run("return { c.known, c.user.id, c.user.name == nil }") == #"[1,"7",true]"#)
    }

    @Test func otherFieldsRaiseWithTheNearestName() async {
        #expect(await failure("return c.knwon") == "c.knwon: there is no such field; did you mean `known`?")
        #expect(await failure("return c.user.nmae") == "c.user.nmae: not named; did you mean `name`?")
        #expect(await failure("return c.user.zzzzzzzz") == "c.user.zzzzzzzz: not named")
        #expect(await failure("return c[2]") == "c[2]: there is no such field")
    }

    @Test func theMetatableIsOutOfReach() async throws {
        #expect(try await run("return { getmetatable(c), pcall(setmetatable, c, {}) and 1 or 0 }") == "[false,0]")
    }

    @Test func theTableIsWalkedCountedAndWrittenAsAny() async throws {
        #expect(
            try await run("local n = 0 for k, v in pairs(c.user) do n = n + 1 end return { n, #c.user, next(c.user) }")
                == #"[1,0,"id","7"]"#)
        #expect(try await run("c.user.more = 2 return c.user") == #"{"id":"7","more":2}"#)
    }

    @Test func oneStateServesCallsWithAndWithout() async throws {
        let pool = try LuaPool(
            program: Running.program("return function(c) return { pcall(function() return c.other end) } end"))
        for _ in 0..<3 {
            #expect(try await run("", pool: pool).hasPrefix("[false"))
            let lease = try pool.lease()
            #expect(try await lease.call(LuaCall(entry: 0)).text == "[true]")
            lease.end()
        }
    }

    @Test func listingThatIsNoneIsRefused() async throws {
        var call = LuaCall(entry: 0, arguments: [.json("known", Array("1".utf8))])
        call.strict = [LuaStrictTable("known", listing: Array(#"["c"]"#.utf8))]
        let lease = try LuaPool(program: Running.program("return function(c) return 1 end")).lease()
        await #expect(throws: LuaFailure.self) { try await lease.call(call) }
    }
}
