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

    /// Starts a call and runs its first slice (20,000 steps, 100 µs, 256 KiB allocated) on the calling thread. After a
    /// first slice of the same pool that took far longer, nothing is run here for a while: the call is pending at once.
    public func start(_ call: LuaCall) -> LuaStep {
        guard begin(expecting: false) else { return .failed(Self.misuse) }
        guard !pool.caution.isNeeded() else {
            worker.begin(call)
            finish(.slice)
            return .pending
        }
        let (step, need, overran) = worker.start(call)
        if overran { pool.caution.raise() }
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
                guard pool.owner.beginWaiting() else { return fail(Self.crowded) }
                let answer = await self.answer(function, arguments)
                pool.owner.endWaiting()
                guard let answer else { return fail() }
                guard worker.resolve(number, answer) else { return fail() }
            } else {
                await Task.yield()
            }
            guard !Task.isCancelled, await pool.shares.permits.acquire() else { return fail() }
            let (step, next) = worker.resume()
            pool.shares.permits.release()
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

    /// What the current or last call used.
    public var used: LuaUsage {
        let counters = worker.counters
        var usage = LuaUsage()
        usage.steps = counters.steps
        usage.slices = counters.slices
        usage.peakBytes = Int(clamping: counters.peak)
        usage.cpuNanoseconds = counters.cpu_ns
        usage.hostCalls = counters.host_calls
        return usage
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

    private static let crowded = LuaFailure(code: "overloaded", message: "too many calls of these scripts wait at once")

    private func fail(_ reason: LuaFailure? = nil) -> LuaStep {
        let cancelled = Task.isCancelled
        let failure =
            reason
            ?? LuaFailure(
                code: cancelled ? "script.cancelled" : "script.wall",
                message: cancelled ? "the request went away" : "took too long")
        worker.abandon()
        finish(.nothing)
        return .failed(failure)
    }

    /// The host's answer, or nil when the call's wall time is over first.
    private func answer(_ function: Int, _ arguments: [UInt8]) async -> FillAnswer? {
        let functions = worker.program.functions
        guard functions.indices.contains(function) else { return nil }
        switch functions[function].body {
        case .immediate: return nil
        case .waiting(let body): return await inTime { .answer(await body(arguments)) }
        case .filling(_, let wait):
            let call = worker.callNumber
            return await inTime { await wait(arguments, call) }
        }
    }

    private func inTime(_ body: @escaping @Sendable () async -> FillAnswer) async -> FillAnswer? {
        let remaining = worker.remaining
        return await withTaskGroup(of: FillAnswer?.self) { group in
            group.addTask { await body() }
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
