import MetricsTestKit
import Moongate
import MoongateLua
import Testing

@testable import MoongateRuntime

@Suite struct SiteMetricsTests {
    private let metrics = TestMetrics()
    private let folder: ReloadFolder
    private let script = [("owner", "scripts"), ("script", "scripts/jwt.lua"), ("hook", "jwt")]

    init() throws {
        folder = try ReloadFolder(jwt: "return function(p) if p.bad then error('x') end return p.token end")
    }

    private func call(_ runner: LuaHookRunner, bad: Bool = false) async throws {
        let lease = try runner.lease()
        defer { lease.end() }
        let fields = [HookCall.Argument("token", .json(Array("{}".utf8))), .init("bad", .json(Array("\(bad)".utf8)))]
        var step = lease.start(runner.chain(.jwt)[0], HookCall(fields))
        while case .pending = step { step = await lease.proceed() }
    }

    @Test func whatIsNewIsReportedOnce() async throws {
        let runner = try #require(try await folder.loader().load().runner)
        try await call(runner)
        try await call(runner, bad: true)
        let reporter = SiteMetrics(factory: metrics)
        reporter.report(runner.ledger)
        reporter.report(runner.ledger)
        #expect(metrics.counterTotal(label: "moongate_script_calls", dimensions: script) == 2)
        #expect(
            metrics.counterTotal(label: "moongate_script_errors", dimensions: script + [("code", "script.error")]) == 1)
        try await call(runner)
        reporter.report(runner.ledger)
        #expect(metrics.counterTotal(label: "moongate_script_calls", dimensions: script) == 3)
    }

    @Test func scriptThatDidNotRunIsNotReported() async throws {
        let runner = try #require(try await folder.loader().load().runner)
        SiteMetrics(factory: metrics).report(runner.ledger)
        #expect(metrics.counters.isEmpty)
    }

    @Test func reloadsAreCountedByHowTheyEnded() {
        let reporter = SiteMetrics(factory: metrics)
        for outcome in [ReloadOutcome.unchanged, .installed(id: "x"), .unchanged] {
            reporter.report(
                ReloadReport(
                    time: Timestamp(milliseconds: 0), trigger: .watch, outcome: outcome, duration: .milliseconds(3)))
        }
        let unchanged = [("trigger", "watch"), ("outcome", "unchanged")]
        #expect(metrics.counterTotal(label: "moongate_reloads", dimensions: unchanged) == 2)
        #expect(metrics.counterTotal(label: "moongate_reloads") == 3)
    }

    @Test func poolsAreGauges() throws {
        SiteMetrics(factory: metrics).report([ScriptPoolUsage(owner: "scripts", lent: 3, idle: 1)])
        #expect(try metrics.expectGauge("moongate_script_states_lent", [("owner", "scripts")]).lastValue == 3)
        #expect(try metrics.expectGauge("moongate_script_states_idle", [("owner", "scripts")]).lastValue == 1)
    }
}
