import LuaHost
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Compiling has a budget of its own: ten times that of a call, and 200 ms at least.
@Suite struct CompilingTests {
    /// What the compiler takes a time over that grows with the square of the length.
    @Test(arguments: ["and", "or"])
    func sourceThatTakesTooLongIsGivenUpMeanwhile(_ word: String) throws {
        let text = "local x = x" + String(repeating: " \(word) x", count: 40_000)
        var limits = LuaLimits()
        limits.cpu = .milliseconds(20)
        let before = Self.cpu()
        let error = #expect(throws: LuaHostError.self) { try Running.program(text, limits: limits) }
        #expect(error?.failures.first?.code == "script.cpu")
        #expect(error?.failures.first?.script == "scripts/test.lua")
        // Whole, it takes seconds.
        #expect(Self.cpu() - before < 1)
    }

    /// Seconds of CPU time of this thread.
    private static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
