import LuaHost
import Moongate
import Testing

@testable import MoongateLua

@Suite(.timeLimit(.minutes(1))) struct CacheFlightTests {
    private func run(_ bench: CacheBench, _ pool: LuaPool, _ count: Int) async -> [String] {
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do { return try await bench.call(pool) } catch { return "\((error as? LuaFailure)?.code ?? "?")" }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// One leads and waits in `work`, the rest wait for it; then it goes on.
    private func fly(
        _ text: String, waiters: Int = 100, limits: (inout LuaLimits) -> Void = { _ in },
        then: @escaping @Sendable (CacheBench) -> Void = { $0.gate.open() }
    ) async throws -> (bench: CacheBench, results: [String]) {
        let bench = CacheBench(isOpen: false)
        let pool = try bench.pool(text, limits: limits)
        async let results = run(bench, pool, waiters + 1)
        await bench.gate.whenCount(1)
        await bench.whenWaiting(waiters)
        then(bench)
        return (bench, await results)
    }

    @Test func oneOfManyMakesTheValueAndAllGetIt() async throws {
        let flown = try await fly("return { cache('k', 60, function() return work() end) }")
        #expect(flown.results == Array(repeating: "[1]", count: 101))
        #expect(flown.bench.gate.count == 1)
        #expect(flown.bench.cache.waiting == 0)
    }

    @Test func aReasonIsSharedByThoseWhoWait() async throws {
        let flown = try await fly(
            "local v, why = cache('k', 60, function() work() return nil, 'down' end) return { v == nil, why }")
        #expect(flown.results == Array(repeating: #"[true,"down"]"#, count: 101))
        #expect(flown.bench.gate.count == 1)
    }

    @Test func anErrorIsTheLeadersOwnAndTheNextOneLeads() async throws {
        let flown = try await fly(
            "return { cache('k', 60, function() if work() == 1 then error('broken') end return 'good' end) }")
        #expect(flown.results.filter { $0 == "script.error" }.count == 1)
        #expect(flown.results.filter { $0 == #"["good"]"# }.count == 100)
        #expect(flown.bench.gate.count == 2)
    }

    @Test func aLeaderThatBreaksALimitFailsNobodyElse() async throws {
        let flown = try await fly(
            "return { cache('k', 60, function() if work() == 1 then while true do end end return 'good' end) }"
        ) { $0.steps = 100_000 }
        #expect(flown.results.filter { $0 == "script.steps" }.count == 1)
        #expect(flown.results.filter { $0 == #"["good"]"# }.count == 100)
        #expect(flown.bench.gate.count == 2)
    }

    @Test func aValueThatCannotBeKeptFailsItsLeaderAlone() async throws {
        let flown = try await fly(
            "return { cache('k', 60, function() if work() == 1 then return tostring end return 'good' end) }")
        #expect(flown.results.filter { $0 == "script.error" }.count == 1)
        #expect(flown.results.filter { $0 == #"["good"]"# }.count == 100)
    }

    @Test func whenTheLeaderIsCancelledTheNextOneLeads() async throws {
        let bench = CacheBench(isOpen: false)
        let pool = try bench.pool("return { cache('k', 60, function() return work() end) }")
        let leader = Task { try await bench.call(pool) }
        await bench.gate.whenCount(1)
        async let others = run(bench, pool, 20)
        await bench.whenWaiting(20)
        leader.cancel()
        await #expect(throws: LuaFailure.self) { try await leader.value }
        await bench.gate.whenCount(2)
        bench.gate.open()
        #expect(await others == Array(repeating: "[2]", count: 20))
    }

    @Test func aWaiterThatIsCancelledLeavesTheOthersAlone() async throws {
        let bench = CacheBench(isOpen: false)
        let pool = try bench.pool("return { cache('k', 60, function() return work() end) }")
        async let leader = run(bench, pool, 1)
        await bench.gate.whenCount(1)
        let waiter = Task { try await bench.call(pool) }
        await bench.whenWaiting(1)
        async let others = run(bench, pool, 5)
        await bench.whenWaiting(6)
        waiter.cancel()
        await #expect(throws: LuaFailure.self) { try await waiter.value }
        #expect(bench.cache.waiting == 5)
        bench.gate.open()
        #expect(await leader + others == Array(repeating: "[1]", count: 6))
    }

    @Test func aWaitersWallTimeIsItsOwn() async throws {
        let bench = CacheBench(isOpen: false)
        let text = "return { cache('k', 60, function() return work() end) }"
        let patient = try bench.pool(text)
        let hasty = try bench.pool(text) { $0.wall = .milliseconds(20) }
        async let leader = run(bench, patient, 1)
        await bench.gate.whenCount(1)
        #expect(await run(bench, hasty, 3) == Array(repeating: "script.wall", count: 3))
        bench.gate.open()
        #expect(await leader == ["[1]"])
    }

    @Test func waitersWithAnOldValueGetItWhenTheLeaderFails() async throws {
        let text = """
            return { cache('k', 60, function()
              if work() > 1 then error('down') end
              return 'old'
            end, { staleIfError = 60 }) }
            """
        let bench = CacheBench(isOpen: true)
        let pool = try bench.pool(text)
        #expect(try await bench.call(pool) == #"["old"]"#)
        bench.clock.advance(60)
        #expect(await run(bench, pool, 50) == Array(repeating: #"["old"]"#, count: 50))
    }

    @Test func callsThatWaitForEachOtherDoNotWaitForever() async throws {
        let bench = CacheBench(isOpen: false)
        func text(_ first: String, _ second: String) -> String {
            """
            return { cache('\(first)', 60, function()
              work()
              return cache('\(second)', 60, function() return '\(second)' end) .. '\(first)'
            end) }
            """
        }
        async let one = bench.call(text("a", "b"))
        async let two = bench.call(text("b", "a"))
        await bench.gate.whenCount(2)
        bench.gate.open()
        let results = try await [one, two]
        #expect(results.allSatisfy { $0.hasPrefix("[\"") }, "\(results)")
        #expect(bench.cache.waiting == 0)
    }

    @Test func aValueOfOldCodeIsKeptUnderOldCode() async throws {
        let bench = CacheBench(isOpen: false)
        let text = "return { cache('k', 60, function() return work() end) }"
        async let old = bench.call(text, code: "1")
        await bench.gate.whenCount(1)
        async let new = bench.call(text, code: "2")
        await bench.gate.whenCount(2)
        bench.gate.open()
        #expect(try await [old, new] == ["[1]", "[2]"])
        #expect(try await bench.call(text, code: "2") == "[2]")
        #expect(try await bench.call(text, code: "1") == "[1]")
    }
}
