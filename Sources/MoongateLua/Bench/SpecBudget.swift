import Moongate
import Synchronization

/// How long the specs of a reload may take, together: so much CPU time, and five times as much on the wall. A server that
/// is busy makes them wait, and that is no reason to refuse what they say.
final class SpecBudget: Sendable {
    private let cpu: Duration
    private let deadline: ContinuousClock.Instant
    private let spent = Mutex<UInt64>(0)

    init(_ cpu: Duration) {
        self.cpu = cpu
        deadline = ContinuousClock.now + cpu * 5
    }

    /// What a run has used, that of the hooks it called included.
    func spend(_ nanoseconds: UInt64, hooks: any HookRunner) {
        let rows = (hooks as? LuaHookRunner)?.ledger.rows ?? []
        let used = rows.reduce(nanoseconds) { $0 &+ $1.totals.cpuNanoseconds }
        spent.withLock { $0 &+= used }
    }

    /// What is left for the next run.
    /// - Throws: ``ScriptFailure`` with `spec.budget` when nothing is.
    func left() throws -> (cpu: Duration, wall: Duration) {
        let cpu = cpu - .nanoseconds(Int64(clamping: spent.withLock { $0 }))
        let wall = deadline - ContinuousClock.now
        guard cpu > .zero, wall > .zero else {
            throw ScriptFailure(code: "spec.budget", message: "the specs together took longer than they may")
        }
        return (cpu, wall)
    }
}
