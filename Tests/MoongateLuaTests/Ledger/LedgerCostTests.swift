import LuaHost
import Testing

@testable import MoongateLua

/// A session read pays for the ledger at each hook.
@Suite struct LedgerCostTests {
    @Test func countingACallTakesNoTimeToSpeakOf() {
        let account = ScriptAccount()
        var usage = LuaUsage()
        usage.steps = 100
        let clock = ContinuousClock()
        var best = Duration.seconds(1)
        for _ in 0..<20 {
            best = min(best, clock.measure { for _ in 0..<10_000 { account.count(usage) } })
        }
        let nanoseconds = best / .nanoseconds(1) / 10_000
        // Under 100 ns in a release build; a debug build of this loop takes a few times as long.
        #expect(nanoseconds < 2000, "\(nanoseconds) ns")
        #expect(account.totals.calls == 200_000)
    }
}
