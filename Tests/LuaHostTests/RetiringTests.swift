import Testing

@testable import LuaHost

/// A state is used on for as long as it is what it was.
@Suite struct RetiringTests {
    /// The number of calls after which a state is not used again; nil when it is after all of them.
    private func calls(
        of text: String, _ count: Int, memory: Int = LuaPool.idleMemory, member: (Int) -> String? = { _ in nil }
    ) throws -> Int? {
        let worker = try LuaWorker(try Running.program(text))
        for number in 1...count {
            let mode = member(number).map { LuaCall.Mode.member(path: Array("[\"\($0)\"]".utf8)) } ?? .hook
            var step = worker.start(LuaCall(entry: 0, mode: mode)).0
            while case .pending = step { step = worker.resume().0 }
            guard case .returned = step else {
                Issue.record("call \(number): \(step)")
                return nil
            }
            if !worker.retire(after: LuaPool.callsPerState, memory: memory) { return number }
        }
        return nil
    }

    /// What a state keeps for itself stands for growth here: functions that are first called late.
    private static let members = (1...250).map { "function_of_a_long_name_\($0)" }
    private static let manyFunctions =
        "return { " + members.map { "\($0) = function() return 1 end" }.joined(separator: ", ") + " }"

    @Test func aStateThatHasGrownByAQuarterIsRetired() throws {
        let retired = try calls(of: Self.manyFunctions, 5_000) { Self.members[$0 <= 64 ? 0 : $0 % 250] }
        #expect(retired == 64 + 1_024)
    }

    @Test func aStateThatStaysWhatItWasServesOn() throws {
        #expect(try calls(of: Self.manyFunctions, 5_000) { _ in Self.members[0] } == nil)
    }

    /// Garbage is not growth: a collection clears it.
    @Test func whatACallLeftBehindIsNotGrowth() throws {
        let text = "return function() local t = {} for i = 1, 100 do t[i] = { i } end return 1 end"
        #expect(try calls(of: text, 5_000) == nil)
    }

    @Test func muchThatIsLeftBehindRetiresAState() throws {
        let text = "return function() local t = {} for i = 1, 100 do t[i] = ('x'):rep(2000) .. i end return 1 end"
        #expect(try calls(of: text, 1, memory: 100_000) == 1)
    }
}
