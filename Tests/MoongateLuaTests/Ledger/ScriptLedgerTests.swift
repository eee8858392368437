import LuaHost
import Moongate
import Testing

@testable import MoongateLua

@Suite struct ScriptLedgerTests {
    private func counted(_ bench: HookBench, _ hook: HookName) -> ScriptTotals? {
        bench.runner.ledger.rows.first { $0.hook == hook }?.totals
    }

    @Test func callsAreCountedWithWhatTheyUsed() async throws {
        let bench = try HookBench(["jwt": "return function(p) for i = 1, 1000 do time.now() end return p.token end"])
        for _ in 0..<3 { _ = try? await bench.run(.jwt, [("token", [:])]) }
        let totals = try #require(counted(bench, .jwt))
        #expect(totals.calls == 3)
        #expect(totals.steps > 3000)
        #expect(totals.hostCalls > 0)
        #expect(totals.cpuNanoseconds > 0)
        #expect(totals.peakBytes > 1000)
    }

    @Test func callThatSucceedsCountsNoError() async throws {
        let bench = try HookBench(["jwt": "return function(p) return p.token end"])
        _ = try await bench.run(.jwt, [("token", [:])])
        #expect(counted(bench, .jwt)?.errors == [:])
    }

    @Test func errorsAreCountedByTheirCode() async throws {
        let bench = try HookBench([
            "jwt": "return function(p) if p.token.spin then while true do end end error('no') end"
        ])
        for spins in [true, false, false] { _ = await bench.failure(.jwt, [("token", ["spin": spins ? true : .null])]) }
        let errors = try #require(counted(bench, .jwt)?.errors)
        #expect(errors["script.error"] == 2)
        #expect(errors.values.reduce(0, +) == 3)
    }

    @Test func resultOfTheWrongKindIsAnErrorToo() async throws {
        let bench = try HookBench(["jwt": "return function(p) end"])
        _ = await bench.failure(.jwt, [("token", [:])])
        #expect(counted(bench, .jwt)?.errors == ["hook.noReturn": 1])
    }

    @Test func callThatIsGivenUpCountsAsCancelled() async throws {
        let bench = try HookBench(["jwt": "return function(p) for i = 1, 500000 do end return p.token end"])
        let lease = try bench.runner.lease()
        let step = lease.start(bench.runner.chain(.jwt)[0], HookCall([.init("token", .json(Array("{}".utf8)))]))
        guard case .pending = step else {
            Issue.record("the call ended in its first slice")
            return
        }
        lease.end()
        #expect(counted(bench, .jwt)?.errors == ["script.cancelled": 1])
    }

    @Test func scriptThatHasNotRunIsListed() throws {
        let bench = try HookBench(["jwt": "return function() end", "session": "return function() end"])
        #expect(bench.runner.ledger.rows.map(\.file) == ["scripts/jwt.lua", "scripts/session.lua"])
        #expect(bench.runner.ledger.rows.allSatisfy { $0.totals == ScriptTotals() && $0.owner == ScriptOwner.site })
    }

    @Test func countsOfManyThreadsAddUp() async {
        let account = ScriptAccount()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { account.count(LuaUsage()) } } }
        }
        #expect(account.totals.calls == 8000)
    }

    @Test func restingRunnerClosesItsStatesAndServesAgain() async throws {
        let bench = try HookBench(["jwt": "return function(p) return p.token end"])
        try bench.runner.warm(3)
        #expect(bench.runner.pools.map(\.idle) == [3])
        bench.runner.rest()
        #expect(bench.runner.pools.map(\.idle) == [0])
        _ = try await bench.run(.jwt, [("token", [:])])
        #expect(bench.runner.pools == [ScriptPoolUsage(owner: ScriptOwner.site, lent: 0, idle: 0)])
        try bench.runner.warm(1)
        _ = try await bench.run(.jwt, [("token", [:])])
        #expect(bench.runner.pools.map(\.idle) == [1])
    }
}
