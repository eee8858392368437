import Synchronization

@testable import Moongate

/// A listener that keeps what it was told, and that a test can hold up.
final class EventLog: Sendable {
    private struct State {
        var events: [AuthEvent] = []
        var begun = 0
        var isOpen = true
        var held: [CheckedContinuation<Void, Never>] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func ready() -> [CheckedContinuation<Void, Never>] {
            let ready = waiters.filter { $0.count <= begun }.map(\.continuation)
            waiters.removeAll { $0.count <= begun }
            return ready
        }
    }

    private let state = Mutex(State())

    var events: [AuthEvent] { state.withLock { $0.events } }
    var names: [AuthEvent.Name] { events.map(\.name) }

    /// Hooks whose event closure is this log, and nothing else.
    var hooks: Hooks {
        var hooks = Hooks()
        hooks.event = { await self.hear($0) }
        return hooks
    }

    func hear(_ event: AuthEvent) async {
        let ready = state.withLock { state in
            state.begun += 1
            return state.ready()
        }
        for waiter in ready { waiter.resume() }
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        state.withLock { $0.events.append(event) }
    }

    /// From now on whoever tells something is held up.
    func hold() { state.withLock { $0.isOpen = false } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isOpen = true
            return state.held
        }
        for teller in held { teller.resume() }
    }

    /// Until so many events have begun to be told.
    func begun(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.waiters.append((count, continuation))
                return state.ready()
            }
            for waiter in ready { waiter.resume() }
        }
    }
}
