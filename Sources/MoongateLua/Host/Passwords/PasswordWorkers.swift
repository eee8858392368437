import LuaHost
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs slow, memory-hungry work on threads of its own, as many at a time as there are cores: neither an event loop nor
/// a thread of the cooperative pool is held while a password is hashed.
///
/// A thread is made when there is work and ends when there is none. One owner has at most half of the places to wait in,
/// and the next to begin is of the owner with the fewest under way: a plugin that hashes all the time keeps nobody from
/// signing in by password.
public final class PasswordWorkers: Sendable {
    private struct Job {
        let number: UInt64
        let owner: String
        let run: @Sendable () -> Void
        let giveUp: @Sendable () -> Void
    }
    private struct State {
        var jobs: [Job] = []
        /// How many of each owner's are being worked on.
        var running: [String: Int] = [:]
        var threads = 0
        var last: UInt64 = 0
    }

    private let most: Int
    private let queue: Int
    private let state = Mutex(State())

    /// Workers.
    /// - Parameters:
    ///   - threads: How many work at once.
    ///   - queue: How many more may wait; beyond that, work is refused.
    public init(threads: Int = LuaPool.cores, queue: Int = 64) {
        most = max(threads, 1)
        self.queue = max(queue, 0)
    }

    /// What `work` gives; `nil` when too many wait already, when no thread can be had, or when the task is cancelled
    /// before the work begins.
    ///
    /// - Parameter owner: Whose scripts want it.
    func run<Value: Sendable>(for owner: String, _ work: @escaping @Sendable () -> Value) async -> Value? {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
                let job = Job(
                    number: number, owner: owner, run: { continuation.resume(returning: work()) },
                    giveUp: { continuation.resume(returning: nil) })
                if Task.isCancelled || !add(job) { job.giveUp() }
            }
        } onCancel: {
            take(number)?.giveUp()
        }
    }

    /// How many wait for a thread.
    var waiting: Int { state.withLock { $0.jobs.count } }

    /// How many are being worked on.
    var underWay: Int { state.withLock { $0.running.values.reduce(0, +) } }

    private enum Placement { case refused, queued, needsThread }

    /// `false` when there is no place for it.
    private func add(_ job: Job) -> Bool {
        let placement: Placement = state.withLock { state in
            guard state.threads < most || hasRoom(for: job.owner, state) else { return .refused }
            state.jobs.append(job)
            guard state.threads < most else { return .queued }
            state.threads += 1
            return .needsThread
        }
        guard placement == .needsThread else { return placement == .queued }
        if startThread() { return true }
        state.withLock { $0.threads -= 1 }
        return take(job.number) == nil  // another thread may have it already
    }

    private func hasRoom(for owner: String, _ state: State) -> Bool {
        state.jobs.count < queue && state.jobs.count { $0.owner == owner } < (queue + 1) / 2
    }

    private func take(_ number: UInt64) -> Job? {
        state.withLock { state in
            state.jobs.firstIndex { $0.number == number }.map { state.jobs.remove(at: $0) }
        }
    }

    /// The next job; without one the calling thread counts as ended.
    private func next(after last: Job?) -> Job? {
        state.withLock { state in
            if let last, let count = state.running[last.owner] {
                state.running[last.owner] = count > 1 ? count - 1 : nil
            }
            // The first of those that are equal: they begin in the order in which they came.
            let index = state.jobs.indices.min { one, other in
                state.running[state.jobs[one].owner, default: 0] < state.running[state.jobs[other].owner, default: 0]
            }
            guard let index else {
                state.threads -= 1
                return nil
            }
            let job = state.jobs.remove(at: index)
            state.running[job.owner, default: 0] += 1
            return job
        }
    }

    private func workUntilIdle() {
        var job = next(after: nil)
        while let current = job {
            current.run()
            job = next(after: current)
        }
    }

    private func startThread() -> Bool {
        let handed = Unmanaged.passRetained(self)
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(
                &thread, nil,
                { raw in
                    Unmanaged<PasswordWorkers>.fromOpaque(raw).takeRetainedValue().workUntilIdle()
                    return nil
                }, handed.toOpaque())
            if status == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { raw in
                    if let raw { Unmanaged<PasswordWorkers>.fromOpaque(raw).takeRetainedValue().workUntilIdle() }
                    return nil
                }, handed.toOpaque())
            if status == 0 { pthread_detach(thread) }
        #endif
        if status != 0 { handed.release() }
        return status == 0
    }
}
