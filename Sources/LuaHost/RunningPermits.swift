import Synchronization

/// How many calls run at once, first come, first served. Waiting holds no thread and no lock.
final class RunningPermits: Sendable {
    private struct State {
        var free: Int
        var first: UInt64 = 0
        var next: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]

        /// The one that waited longest. Numbers of those who gave up are skipped.
        mutating func takeFirst() -> CheckedContinuation<Bool, Never>? {
            while first < next {
                first += 1
                if let continuation = waiting.removeValue(forKey: first - 1) { return continuation }
            }
            return nil
        }
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: max(1, count)))
    }

    /// True with a permit, which must be released; false when the task was cancelled first.
    func acquire() async -> Bool {
        let ticket: UInt64? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.next += 1
            return state.next - 1
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { enqueue(ticket, $0) }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(returning: false)
        }
    }

    private func enqueue(_ ticket: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        let outcome: Bool? = state.withLock { state in
            if Task.isCancelled { return false }
            if state.free > 0 {
                state.free -= 1
                return true
            }
            // one that was overtaken between ticket and queue goes to the front
            if ticket < state.first { state.first = ticket }
            state.waiting[ticket] = continuation
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }

    func release() {
        let next = state.withLock { state in
            let next = state.takeFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
