import Metrics
import Moongate
import MoongateLua

/// Tells the process's metrics system (swift-metrics; nobody listens unless the program has set one up) what the ledger
/// has counted. Now and then, not at each call: a session read pays nothing for it. Names are in docs/operations.md.
struct SiteMetrics {
    var factory: any MetricsFactory = MetricsSystem.factory

    /// Between two reports.
    static let interval = Duration.seconds(10)

    /// What the scripts of a generation have done since the last report.
    func report(_ ledger: ScriptLedger) {
        for row in ledger.takeUnreported() {
            let script = [("owner", row.owner), ("script", row.file), ("hook", row.hook.rawValue)]
            let totals = row.totals
            count("moongate_script_calls", script, totals.calls)
            count("moongate_script_steps", script, totals.steps)
            count("moongate_script_host_calls", script, totals.hostCalls)
            count("moongate_script_cache_hits", script, totals.cacheHits)
            FloatingPointCounter(label: "moongate_script_cpu_seconds", dimensions: script, factory: factory)
                .increment(by: Double(totals.cpuNanoseconds) / 1e9)
            Gauge(label: "moongate_script_peak_bytes", dimensions: script, factory: factory).record(totals.peakBytes)
            for (code, times) in totals.errors { count("moongate_script_errors", script + [("code", code)], times) }
        }
    }

    /// How many script states are in use.
    func report(_ pools: [ScriptPoolUsage]) {
        for pool in pools {
            Gauge(label: "moongate_script_states_lent", dimensions: [("owner", pool.owner)], factory: factory).record(
                pool.lent)
            Gauge(label: "moongate_script_states_idle", dimensions: [("owner", pool.owner)], factory: factory).record(
                pool.idle)
        }
    }

    /// How many records of decisions were written and how many were given up.
    func report(_ decisions: DecisionLog) {
        let (logged, dropped) = decisions.takeUnreported()
        if logged > 0 { count("moongate_decisions_logged", [], logged) }
        if dropped > 0 { count("moongate_decisions_dropped", [], dropped) }
    }

    /// How a reload ended.
    func report(_ reload: ReloadReport) {
        count(
            "moongate_reloads", [("trigger", reload.trigger.rawValue), ("outcome", reload.outcome.name)], 1)
        Timer(label: "moongate_reload_duration", dimensions: [("outcome", reload.outcome.name)], factory: factory)
            .recordNanoseconds(reload.duration.wholeNanoseconds)
    }

    /// How a rollback ended: `installed` or `refused`.
    func reportRollback(_ outcome: String) {
        count("moongate_reloads", [("trigger", ReloadTrigger.rollback.rawValue), ("outcome", outcome)], 1)
    }

    private func count(_ name: String, _ dimensions: [(String, String)], _ amount: UInt64) {
        Counter(label: name, dimensions: dimensions, factory: factory).increment(by: Int64(clamping: amount))
    }
}

extension Duration {
    /// Held at the ends of what fits.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds &+ components.attoseconds / 1_000_000_000
    }
}

extension MoongateService {
    /// Reports until the task is cancelled, and once more then.
    func reportMetrics() async {
        while (try? await Task.sleep(for: SiteMetrics.interval)) != nil { reportMetricsNow() }
        reportMetricsNow()
    }

    func reportMetricsNow() {
        let history = state.withLock(\.history)
        for entry in [history.current] + history.earlier {
            if let runner = entry.loaded.runner { SiteMetrics().report(runner.ledger) }
        }
        SiteMetrics().report(history.current.loaded.runner?.pools ?? [])
        SiteMetrics().report(decisions)
        Gauge(label: "moongate_events_waiting").record(engine.waitingEvents)
    }
}
