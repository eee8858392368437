import Synchronization

/// A state for a chain of calls of one request: what the first call kept, the next one can take. Used by one task at a
/// time; a second caller gets a failure.
public final class LuaLease: Sendable {
    private struct Progress {
        var need = LuaWorker.Need.nothing
        var busy = false
        var ended = false
    }

    private let worker: LuaWorker
    private let pool: LuaPool
    private let progress = Mutex(Progress())

    init(_ worker: LuaWorker, of pool: LuaPool) {
        self.worker = worker
        self.pool = pool
    }

    deinit { end() }

    /// Starts a call and runs its first slice (20,000 steps, 100 µs, 256 KiB allocated) on the calling thread.
    public func start(_ call: LuaCall) -> LuaStep {
        guard begin(expecting: false) else { return .failed(Self.misuse) }
        let (step, need) = worker.start(call)
        finish(need)
        return step
    }

    /// Goes on with a pending call to its end: answers what it waits for, gives way between slices, takes its turn
    /// among the running ones. Never returns ``LuaStep/pending``. A cancelled task or spent wall time fails the call.
    public func proceed() async -> LuaStep {
        guard begin(expecting: true) else { return .failed(Self.misuse) }
        var need = progress.withLock { $0.need }
        while true {
            if case .host(let function, let arguments, let number) = need {
                guard let answer = await self.answer(function, arguments) else { return fail() }
                guard worker.resolve(number, answer) else { return fail() }
            } else {
                await Task.yield()
            }
            guard !Task.isCancelled, await pool.permits.acquire() else { return fail() }
            let (step, next) = worker.resume()
            pool.permits.release()
            guard case .pending = step else {
                finish(.nothing)
                return step
            }
            need = next
        }
    }

    /// One call from its start to its end.
    ///
    /// - Throws: ``LuaFailure``.
    public func call(_ call: LuaCall) async throws -> LuaResult {
        var step = start(call)
        if case .pending = step { step = await proceed() }
        switch step {
        case .returned(let result): return result
        case .failed(let failure): throw failure
        case .pending: throw Self.misuse
        }
    }

    /// Gives the state back: to be used again if every call succeeded, else to be closed elsewhere.
    public func end() {
        let first = progress.withLock { progress in
            defer { progress.ended = true }
            return !progress.ended
        }
        if first { pool.take(back: worker) }
    }

    /// What the current or last call used: steps, and peak bytes of the state.
    public var used: (steps: UInt64, slices: UInt64, peakBytes: Int) {
        let counters = worker.counters
        return (counters.steps, counters.slices, Int(counters.peak))
    }

    private static let misuse = LuaFailure(code: "script.error", message: "the lease is ended or in use")

    private func begin(expecting pending: Bool) -> Bool {
        progress.withLock { progress in
            guard !progress.ended, !progress.busy else { return false }
            if case .nothing = progress.need, pending { return false }
            progress.busy = true
            return true
        }
    }

    private func finish(_ need: LuaWorker.Need) {
        progress.withLock {
            $0.need = need
            $0.busy = false
        }
    }

    private func fail() -> LuaStep {
        let cancelled = Task.isCancelled
        let failure = LuaFailure(
            code: cancelled ? "script.cancelled" : "script.wall",
            message: cancelled ? "the request went away" : "took too long")
        worker.abandon()
        finish(.nothing)
        return .failed(failure)
    }

    /// The host's answer, or nil when the call's wall time is over first.
    private func answer(_ function: Int, _ arguments: [UInt8]) async -> HostAnswer? {
        let functions = worker.program.functions.all
        guard functions.indices.contains(function), case .waiting(let body) = functions[function].body else {
            return nil
        }
        let remaining = worker.remaining
        return await withTaskGroup(of: HostAnswer?.self) { group in
            group.addTask { await body(arguments) }
            group.addTask {
                try? await Task.sleep(for: remaining)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
