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
/// A thread is made when there is work and ends when there is none.
public final class PasswordWorkers: Sendable {
    private struct Job {
        let number: UInt64
        let run: @Sendable () -> Void
        let giveUp: @Sendable () -> Void
    }
    private struct State {
        var jobs: [Job] = []
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
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
                let job = Job(
                    number: number, run: { continuation.resume(returning: work()) },
                    giveUp: { continuation.resume(returning: nil) })
                if Task.isCancelled || !add(job) { job.giveUp() }
            }
        } onCancel: {
            take(number)?.giveUp()
        }
    }

    private enum Placement { case refused, queued, needsThread }

    /// `false` when there is no place for it.
    private func add(_ job: Job) -> Bool {
        let placement: Placement = state.withLock { state in
            guard state.threads < most || state.jobs.count < queue else { return .refused }
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

    private func take(_ number: UInt64) -> Job? {
        state.withLock { state in
            state.jobs.firstIndex { $0.number == number }.map { state.jobs.remove(at: $0) }
        }
    }

    /// The next job; without one the calling thread counts as ended.
    private func next() -> Job? {
        state.withLock { state in
            guard state.jobs.isEmpty else { return state.jobs.removeFirst() }
            state.threads -= 1
            return nil
        }
    }

    private func workUntilIdle() {
        while let job = next() { job.run() }
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
