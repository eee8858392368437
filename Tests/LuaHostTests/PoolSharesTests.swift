import Synchronization
import Testing

@testable import LuaHost

@Suite struct PoolSharesTests {
    /// Two pools of one process: what the first takes, the second lacks.
    @Test func poolsShareTheirStates() throws {
        let shares = PoolShares(states: 2)
        let program = try Running.program("return 1")
        let first = LuaPool(program: program, shares: shares, owner: "a")
        let second = LuaPool(program: program, shares: shares, owner: "b")
        let held = [try first.lease(), try second.lease()]
        #expect(shares.lentStates == 2)
        #expect(throws: LuaFailure(code: "overloaded", message: "all 2 script states are in use")) { try first.lease() }
        held[1].end()
        _ = try first.lease()
        held[0].end()
        #expect(shares.lentStates == 0)
    }

    @Test func theReserveIsForThoseWhoAskForIt() throws {
        let shares = PoolShares(states: 16)
        let pool = LuaPool(program: try Running.program("return 1"), shares: shares)
        var held = try (0..<14).map { _ in try pool.lease() }
        #expect(throws: LuaFailure.self) { try pool.lease() }
        held += [try pool.lease(reserved: true), try pool.lease(reserved: true)]
        #expect(throws: LuaFailure.self) { try pool.lease(reserved: true) }
        held.removeAll()
        #expect(shares.lentStates == 0)
    }

    /// With every state that one owner may wait in taken, the next wait of it fails at once, and others go on.
    @Test func oneOwnersWaitsLeaveHalfTheStates() async throws {
        let shares = PoolShares(states: 8)
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let waiting = Mutex(0), (arrivals, arrived) = AsyncStream<Int>.makeStream()
        let hang = HostFunction.waiting("hang") { _ in
            arrived.yield(
                waiting.withLock {
                    $0 += 1; return $0
                })
            for await _ in gate {}
            return .value([])
        }
        let slow = LuaPool(
            program: try Running.program("return function() hang() return 1 end", functions: [hang]), shares: shares,
            owner: "slow")
        let quick = LuaPool(
            program: try Running.program("return function() return 2 end"), shares: shares, owner: "quick")
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await slow.lease().call(LuaCall(entry: 0)).text } }
            for await count in arrivals where count == 4 { break }
            let failure = await #expect(throws: LuaFailure.self) { try await slow.lease().call(LuaCall(entry: 0)) }
            #expect(failure?.code == "overloaded")
            #expect(try await quick.lease().call(LuaCall(entry: 0)).text == "2")
            opener.finish()
            for try await text in group { #expect(text == "1") }
        }
        #expect(shares.lentStates == 0)
        #expect(try await slow.lease().call(LuaCall(entry: 0)).text == "1")
    }

    @Test func thePlacesOfFailedCallsAreFree() async throws {
        let shares = PoolShares(states: 2)
        let pool = LuaPool(program: try Running.program("return function() error('x') end"), shares: shares)
        for _ in 0..<100 {
            await #expect(throws: LuaFailure.self) { try await pool.lease().call(LuaCall(entry: 0)) }
        }
        #expect(shares.lentStates == 0)
    }
}
