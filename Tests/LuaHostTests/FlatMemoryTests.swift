import Foundation
import LuaHost
import Testing

@Suite struct FlatMemoryTests {
    /// Resident pages of this process, in bytes.
    private func resident() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
    }

    /// Every state that breached is closed and replaced, and what it had goes back. Sixteen thousand that did not would
    /// be most of a gigabyte; other suites that run meanwhile need far less.
    @Test func twentyThousandBreachesLeaveMemoryFlat() async throws {
        var limits = Running.generous
        limits.steps = 300
        limits.memoryBytes = 2 << 20
        limits.slices.firstSteps = 0
        let texts = [
            "while true do end", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(100000) .. i end",
            "while true do pcall(function() while true do end end) end", "error('x')", "return string",
        ]
        let pool = LuaPool(
            program: try LuaProgram(entries: texts.map { LuaSource(name: "a.lua", $0) }, limits: limits))
        var early = 0
        for round in 0..<20_000 {
            let lease = try pool.lease()
            guard case .failed = lease.start(LuaCall(entry: round % texts.count, mode: .chunk)) else {
                Issue.record("it succeeded")
                return
            }
            lease.end()
            if round == 4_000 { early = try resident() }
        }
        #expect(try resident() - early < 256 << 20)
        #expect(pool.usage == (0, 0))
    }
}
