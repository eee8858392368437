import LuaHost
import Synchronization
import Testing

/// A function that holds nothing but its environment is made once for a state: no call can tell.
@Suite struct KeptFunctionTests {
    /// The results of calls on one state.
    private func results(
        of text: String, calls: Int = 3, functions: [HostFunction] = [], _ mode: LuaCall.Mode = .hook
    ) async throws -> [String] {
        let lease = try LuaPool(program: try Running.program(text, functions: functions)).lease()
        var results: [String] = []
        for _ in 0..<calls {
            results.append(
                try await lease.call(LuaCall(entry: 0, mode: mode, arguments: [Running.json("n", "1")])).text)
        }
        return results
    }

    private static let member = LuaCall.Mode.member(path: Array(#"["f"]"#.utf8))

    @Test(arguments: [
        // What it holds is another's.
        "local n = 0 return function(p) n = n + p.n return n end",
        "local t = {} return function(p) t[#t + 1] = p.n return #t end",
        "local n = 0 local function f(p) n = n + p.n return n end return function(p) return f(p) end",
        // What it does to its environment is gone.
        "return function(p) local n = type(p) == 'table' and 1 or 0 _ENV = { type = error } return n end",
        "return function(p) local n = p.n local function f() _ENV = nil end f() return n end",
        "return function(p) local seen = _ENV and 1 or 2 _ENV = nil return seen end",
        "_ENV = { n = 0 } return function(p) n = n + p.n return n end",
        "local kept = _ENV return function(p) local n = kept and 1 or 2 kept = nil return n end",
    ])
    func nothingIsThereForTheNextCall(_ text: String) async throws {
        #expect(try await results(of: text) == ["1", "1", "1"])
    }

    @Test func scriptThatAsksTheHostRunsAnew() async throws {
        let count = Mutex(0)
        let turn = HostFunction.immediate("turn") { _ in
            .value(
                Array(
                    String(
                        count.withLock {
                            $0 += 1; return $0
                        }
                    ).utf8))
        }
        let text = "if turn() % 2 == 0 then return function() return 'even' end end return function() return 'odd' end"
        #expect(try await results(of: text, functions: [turn]) == [#""odd""#, #""even""#, #""odd""#])
    }

    @Test(arguments: [
        "require('policy').blocked = true return { f = function() return require('policy').blocked == true end }",
        "require('other') return { f = function() return require('policy').blocked == true end }",
    ])
    func whatTheScriptDidToAModuleIsThereEachTime(_ text: String) async throws {
        let libraries = ["policy": "return {}", "other": "require('policy').blocked = true return {}"]
        let lease = try LuaPool(program: try Running.program(text, libraries: libraries)).lease()
        for _ in 0..<3 { #expect(try await lease.call(LuaCall(entry: 0, mode: Self.member)).text == "true") }
    }

    @Test func scriptThatDrawsNumbersRunsAnew() async throws {
        let text = """
            if math.random(2) == 1 then return { f = function() return 1 end } end
            return { f = function() return 2 end }
            """
        #expect(Set(try await results(of: text, calls: 64, Self.member)) == ["1", "2"])
    }

    @Test func membersAreKeptApart() async throws {
        let text = "return { f = function(p) return 'f' end, g = function(p) return 'g' end }"
        let lease = try LuaPool(program: try Running.program(text)).lease()
        for name in ["f", "g", "f", "g"] {
            let mode = LuaCall.Mode.member(path: Array("[\"\(name)\"]".utf8))
            #expect(try await lease.call(LuaCall(entry: 0, mode: mode)).text == "\"\(name)\"")
        }
    }

    @Test func scriptIsNotRunAgainForIt() async throws {
        let text = "for i = 1, 10000 do local _ = i end return { f = function(p) return p.n end }"
        let lease = try LuaPool(program: try Running.program(text)).lease()
        let call = LuaCall(entry: 0, mode: Self.member, arguments: [Running.json("n", "7")])
        #expect(try await lease.call(call).text == "7")
        #expect(lease.used.steps >= 10_000)
        #expect(try await lease.call(call).text == "7")
        #expect(lease.used.steps < 10_000)
    }

    @Test func faultHasItsPlaceEachTime() async throws {
        let program = try Running.program("return function(p)\n  if p.n == 2 then error('two') end\n  return p.n\nend")
        let pool = LuaPool(program: program)
        let lease = try pool.lease()
        #expect(try await lease.call(LuaCall(entry: 0, arguments: [Running.json("n", "1")])).text == "1")
        let failure = await #expect(throws: LuaFailure.self) {
            try await lease.call(LuaCall(entry: 0, arguments: [Running.json("n", "2")]))
        }
        #expect(failure?.line == 2)
    }
}
