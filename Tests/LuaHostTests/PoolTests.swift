import LuaHost
import Testing

@Suite struct PoolTests {
    @Test func aFailedStateIsReplaced() async throws {
        let pool = LuaPool(
            program: try Running.program(
                "return function(p) if p.bad then while true do end end return 'fine' end"))
        for round in 0..<20 {
            await #expect(throws: LuaFailure.self, "\(round)") {
                try await pool.lease().call(LuaCall(entry: 0, arguments: [Running.json("bad", "true")]))
            }
            #expect(pool.usage == (0, 0))
            #expect(try await pool.lease().call(LuaCall(entry: 0)).text == "\"fine\"")
        }
    }

    @Test func aStateThatWasRefusedMemoryIsReplacedAlsoWhenTheScriptWentOn() async throws {
        let pool = LuaPool(
            program: try Running.program("return function() return (pcall(string.pack, 'c2000000', '')) end"))
        #expect(try await pool.lease().call(LuaCall(entry: 0)).text == "false")
        #expect(pool.usage == (0, 0))
    }

    @Test func cleanStatesAreUsedAgain() async throws {
        let pool = LuaPool(program: try Running.program("return function() return 1 end"))
        for _ in 0..<100 { _ = try await pool.lease().call(LuaCall(entry: 0)) }
        #expect(pool.usage == (0, 1))
    }

    @Test func statesRetireAfterTenThousandCalls() async throws {
        let pool = LuaPool(program: try Running.program("return function() return 1 end"))
        let lease = try pool.lease()
        for _ in 0..<10_000 { _ = try await lease.call(LuaCall(entry: 0)) }
        lease.end()
        #expect(pool.usage == (0, 0))
    }

    @Test func leasesBeyondTheCapAreRefusedAtOnce() throws {
        let pool = LuaPool(program: try Running.program("return 1"), states: 2)
        let held = [try pool.lease(), try pool.lease()]
        #expect(throws: LuaFailure(code: "overloaded", message: "all 2 script states are in use")) { try pool.lease() }
        held[0].end()
        _ = try pool.lease()
    }

    @Test func aForgottenLeaseComesBack() throws {
        let pool = LuaPool(program: try Running.program("return 1"), states: 1)
        do { _ = try pool.lease() }
        #expect(pool.usage == (0, 1))
    }

    @Test func theMemoryOfAStateStaysFlat() async throws {
        let pool = LuaPool(
            program: try Running.program(
                "return function(p) local t = {} for i = 1, 200 do t[i] = ('x'):rep(50) .. i .. p.n end return #t end"))
        var peaks: [Int] = []
        for round in 0..<8 {
            for n in 0..<1000 {
                let lease = try pool.lease()
                _ = try await lease.call(LuaCall(entry: 0, arguments: [Running.json("n", "\(n)")]))
                if n % 100 == 99 { peaks.append(lease.used.peakBytes) }
            }
            #expect(peaks.max() ?? 0 < 600_000, "round \(round)")
        }
        #expect(pool.usage == (0, 1))
    }

    @Test func noUserSeesAnothersData() async throws {
        let text = """
            local seen = {}
            return function(p)
              seen[#seen + 1] = p.canary
              local all = table.concat(seen) .. p.token.canary
              for i = 1, 500 do all = all .. '' end
              echo(p.canary)
              p.token.copy = { p.canary }
              return { all = all, count = #seen, token = p.token }
            end
            """
        let echo = HostFunction.waiting("echo") { arguments in
            await Task.yield()
            return .value(arguments)
        }
        let pool = LuaPool(program: try Running.program(text, functions: [echo]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 0..<100 {
                group.addTask {
                    for round in 0..<100 {
                        let canary = "canary-\(user)-\(round)"
                        let result = try await pool.lease().call(
                            LuaCall(
                                entry: 0,
                                arguments: [
                                    Running.json("canary", "\"\(canary)\""),
                                    Running.json("token", #"{"canary":"\#(canary)"}"#),
                                ])
                        ).text
                        let expected =
                            #"{"all":"\#(canary)\#(canary)","count":1,"#
                            + #""token":{"canary":"\#(canary)","copy":["\#(canary)"]}}"#
                        #expect(result == expected)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(pool.usage.lent == 0)
    }

    @Test func runningPermitsAreAllGivenBack() async throws {
        let pool = LuaPool(
            program: try Running.program(
                "return function() for i = 1, 300000 do end return 1 end"), running: 2)
        for _ in 0..<3 {
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    group.addTask { _ = try? await pool.lease().call(LuaCall(entry: 0)) }
                    if index % 2 == 0 { group.cancelAll() }
                }
            }
            #expect(try await pool.lease().call(LuaCall(entry: 0)).text == "1")
            #expect(pool.usage.lent == 0)
        }
    }

    @Test func tasksHaveEnoughStack() {
        #expect(LuaPool.hasEnoughStack())
    }
}
