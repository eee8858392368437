import Moongate
import Testing

@testable import MoongateLua

@Suite struct CacheFunctionTests {
    private let once = "return { cache('k', 60, function() return work() end) }"

    @Test func valueIsMadeOnceAndServedAgain() async throws {
        let bench = CacheBench()
        #expect(try await bench.call(once) == "[1]")
        #expect(try await bench.call(once) == "[1]")
        #expect(bench.gate.count == 1)
        #expect(bench.cache.usage(of: "scripts").hits == 1)
        #expect(bench.cache.usage(of: "scripts").misses == 1)
        #expect(bench.account.totals.cacheHits == 1)
    }

    @Test func twoUsersHaveTwoAnswers() async throws {
        let bench = CacheBench()
        #expect(try await bench.call(once, subject: "ada") == "[1]")
        #expect(try await bench.call(once, subject: "bob") == "[2]")
        #expect(try await bench.call(once, subject: "ada") == "[1]")
    }

    @Test func usersAreToldApartByBytes() async throws {
        let bench = CacheBench()
        #expect(try await bench.call(once, subject: "\u{e9}") == "[1]")
        #expect(try await bench.call(once, subject: "e\u{301}") == "[2]")
        #expect(try await bench.call(once, subject: "") == "[3]")
    }

    @Test func sharedValueIsOneForAll() async throws {
        let bench = CacheBench()
        let shared = "return { cache.shared('k', 60, function() return work() end) }"
        #expect(try await bench.call(shared, subject: "ada") == "[1]")
        #expect(try await bench.call(shared, subject: "bob") == "[1]")
        #expect(try await bench.call(shared, subject: nil) == "[1]")
        #expect(try await bench.call(once, subject: "ada") == "[2]")
        #expect(try await bench.call(once, subject: "") == "[3]")
    }

    @Test func whereNobodyIsKnownTheErrorNamesTheWayOut() async throws {
        let failure = await CacheBench().failure(once, subject: nil)
        #expect(failure?.code == "script.error")
        #expect(failure?.message.contains("use cache.shared") == true)
    }

    @Test func valueMayBeAsDeepAsAnyResult() async throws {
        func nested(_ levels: Int) -> String {
            "return cache('k', 60, function() work() local v = {} for i = 2, \(levels) do v = { v } end return v end)"
        }
        let bench = CacheBench()
        let first = try await bench.call(nested(32))
        #expect(first.contains(String(repeating: "[", count: 31)))
        #expect(try await bench.call(nested(32)) == first)
        #expect(bench.gate.count == 1)
        #expect(await CacheBench().failure(nested(33)) != nil)
    }

    @Test func sharingHasToBeListed() async throws {
        let bench = CacheBench(needs: ScriptNeeds())
        #expect(try await bench.call(once) == "[1]")
        #expect(await bench.failure("return cache.shared('k', 60, function() return 1 end)") != nil)
        #expect(bench.gate.count == 1)
    }

    @Test func ownersShareNothing() async throws {
        let bench = CacheBench()
        let other = CacheBench(owner: "roles", cache: bench.cache)
        #expect(try await bench.call(once) == "[1]")
        #expect(try await other.call(once) == "[1]")
        #expect(other.gate.count == 1)
    }

    @Test func changedCodeStartsAnewAndTheOldComesBackToItsOwn() async throws {
        let bench = CacheBench()
        #expect(try await bench.call(once, code: "1") == "[1]")
        #expect(try await bench.call(once, code: "2") == "[2]")
        #expect(try await bench.call(once, code: "1") == "[1]")
    }

    @Test func valueIsServedForItsTime() async throws {
        let bench = CacheBench()
        #expect(try await bench.call(once) == "[1]")
        bench.clock.advance(59)
        #expect(try await bench.call(once) == "[1]")
        bench.clock.advance(1)
        #expect(try await bench.call(once) == "[2]")
    }

    @Test func everyKindOfValueComesBackTheSame() async throws {
        let bench = CacheBench()
        let pool = try bench.pool(
            """
            local function make() return { a = { 1, "x", json.null }, empty = json.array {}, n = 2^53 // 1 | 0, f = false } end
            return { cache('t', 60, make), cache('no', 60, function() return false end),
                     cache('nil', 60, function() work() return nil end) == nil }
            """)
        let first = try await bench.call(pool)
        #expect(first == #"[{"a":[1,"x",null],"empty":[],"f":false,"n":9007199254740992},false,true]"#)
        #expect(try await bench.call(pool) == first)
        #expect(bench.gate.count == 1)
    }

    @Test(arguments: [
        ("cache()", "takes a key"), ("cache('k', 1)", "takes a key"), ("cache('', 1, tostring)", "1 to 256 bytes"),
        ("cache(('k'):rep(257), 1, tostring)", "1 to 256 bytes"), ("cache(1, 1, tostring)", "1 to 256 bytes"),
        ("cache('k', 0, tostring)", "from 1 to 604800"), ("cache('k', 604801, tostring)", "from 1 to 604800"),
        ("cache('k', 1.5, tostring)", "from 1 to 604800"),
        ("cache('k', 1, tostring, { stale = 1 })", "has no option stale"),
        ("cache('k', 1, tostring, { staleIfError = -1 })", "staleIfError"),
        ("cache('k', 1, function() return tostring end)", "cache: value is a function"),
        ("cache('k', 1, function() return cache('k', 1, tostring) end)", "cannot ask for the value that it makes"),
    ])
    func misuseIsAnErrorThatSaysWhatIsRight(call: String, message: String) async throws {
        let failure = await CacheBench().failure(call)
        #expect(failure?.code == "script.error")
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }

    @Test func errorsAreNotKept() async throws {
        let bench = CacheBench()
        let text = """
            local v, why = cache('k', 60, function()
              if work() == 1 then return nil, 'down' end
              return 'up'
            end)
            return { v or 'none', why }
            """
        #expect(try await bench.call(text) == #"["none","down"]"#)
        #expect(try await bench.call(text) == #"["up"]"#)
        #expect(try await bench.call(text) == #"["up"]"#)
    }

    @Test(arguments: ["return nil, 'down'", "error('down')"])
    func staleValueStandsInForAFailureAsLongAsItIsAllowed(failing: String) async throws {
        let bench = CacheBench()
        let text = """
            local ok, v, why = pcall(cache, 'k', 60, function()
              if work() > 1 then \(failing) end
              return 'first'
            end, { staleIfError = 30 })
            return { ok and v or 'failed' }
            """
        #expect(try await bench.call(text) == #"["first"]"#)
        bench.clock.advance(89)
        #expect(try await bench.call(text) == #"["first"]"#)
        #expect(bench.gate.count == 2)
        bench.clock.advance(1)
        #expect(try await bench.call(text) == #"["failed"]"#)
    }

    @Test func staleValueIsNotServedToACallThatDoesNotAllowIt() async throws {
        let bench = CacheBench()
        _ = try await bench.call("cache('k', 60, function() return 'first' end, { staleIfError = 30 }) return {}")
        bench.clock.advance(60)
        let text = "local v, why = cache('k', 60, function() return nil, 'down' end) return { v == nil, why }"
        #expect(try await bench.call(text) == #"[true,"down"]"#)
    }

    @Test func aCallWithoutARecordKeepsNothing() async throws {
        let bench = CacheBench()
        let lease = try bench.pool(once).lease()
        await #expect(throws: (any Error).self) { try await lease.call(.init(entry: 0, mode: .chunk)) }
    }
}
