import Synchronization

/// The events of one request, and the generation that they happened on.
struct EventBatch: Sendable {
    let generation: Generation
    let events: [AuthEvent]
}

/// Events between the request that made them and those who are told. It holds 1,024: a request that finds it full
/// waits, so nothing is dropped, however slow a listener is.
///
/// Events of one request are told one after the other, in order. A few requests' events are told at the same time, so
/// one listener that waits for the network does not hold up all others. With no events there is no task.
final class EventQueue: Sendable {
    /// Events that wait at most.
    static let capacity = 1_024
    /// Requests whose events are told at the same time.
    static let workers = 16

    private struct Worker {
        let task: Task<Void, Never>
        /// Events it has taken and not yet told.
        var left = 0
    }

    private struct State {
        var waiting = WaitingLine<EventBatch>()
        /// Events in `waiting`.
        var count = 0
        /// Requests that found the queue full.
        var blocked = WaitingLine<(batch: EventBatch, request: CheckedContinuation<Void, Never>)>()
        var workers: [Int: Worker] = [:]
        var nextWorker = 0
        /// Whoever waits for the end of it all.
        var drains: [CheckedContinuation<Void, Never>] = []

        func hasRoom(for batch: EventBatch) -> Bool {
            count == 0 || count + batch.events.count <= EventQueue.capacity
        }

        mutating func append(_ batch: EventBatch) {
            waiting.append(batch)
            count += batch.events.count
        }
    }

    private let runner: EventRunner
    private let state = Mutex(State())

    init(_ runner: EventRunner) { self.runner = runner }

    /// Events that nobody has begun to tell.
    var waiting: Int {
        state.withLock { $0.count + $0.blocked.reduce(0) { $0 + $1.batch.events.count } }
    }

    /// Takes events; waits while there is no room, whether or not the caller is cancelled: what has happened is told.
    func add(_ batch: EventBatch) async {
        let isTaken = state.withLock { state in
            guard state.blocked.isEmpty, state.hasRoom(for: batch) else { return false }
            take(batch, &state)
            return true
        }
        guard !isTaken else { return }
        await withCheckedContinuation { request in
            let isTaken = state.withLock { state in
                guard state.blocked.isEmpty, state.hasRoom(for: batch) else {
                    state.blocked.append((batch, request))
                    return false
                }
                take(batch, &state)
                return true
            }
            if isTaken { request.resume() }
        }
    }

    private func take(_ batch: EventBatch, _ state: inout State) {
        state.append(batch)
        guard state.workers.count < Self.workers else { return }
        let number = state.nextWorker
        state.nextWorker += 1
        // Detached: a worker serves many requests and has nothing of the one that happened to start it.
        state.workers[number] = Worker(task: Task.detached { await self.work(number) })
    }

    private func work(_ number: Int) async {
        while let batch = next(number) {
            for event in batch.events {
                await runner.run(event, batch.generation)
                state.withLock { $0.workers[number]?.left -= 1 }
            }
        }
    }

    /// The next events for a worker; `nil` when it should end.
    private func next(_ number: Int) -> EventBatch? {
        var admitted: [CheckedContinuation<Void, Never>] = []
        var drained: [CheckedContinuation<Void, Never>] = []
        let batch: EventBatch? = state.withLock { state in
            guard state.workers[number] != nil else { return nil }  // given up
            guard let batch = state.waiting.popFirst() else {
                state.workers[number] = nil
                if state.workers.isEmpty { swap(&drained, &state.drains) }
                return nil
            }
            state.count -= batch.events.count
            state.workers[number]?.left = batch.events.count
            while let first = state.blocked.first, state.hasRoom(for: first.batch) {
                state.append(first.batch)
                admitted.append(first.request)
                _ = state.blocked.popFirst()
            }
            return batch
        }
        for request in admitted + drained { request.resume() }
        return batch
    }

    /// Waits until everything has been told, or the time is over; then the rest is given up.
    /// - Returns: How many events were given up.
    func drain(within limit: Duration) async -> Int {
        let timer = Task.detached {
            guard (try? await Task.sleep(for: limit)) != nil else { return 0 }
            return self.giveUp()
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard !state.workers.isEmpty else { return true }
                state.drains.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
        return await timer.value
    }

    private func giveUp() -> Int {
        let (left, tasks, released) = state.withLock { state in
            let left = state.count + state.workers.values.reduce(0) { $0 + $1.left }
            let blocked = state.blocked.reduce(0) { $0 + $1.batch.events.count }
            let released = state.blocked.map(\.request) + state.drains
            let tasks = state.workers.values.map(\.task)
            let number = state.nextWorker
            state = State()
            state.nextWorker = number
            return (left + blocked, tasks, released)
        }
        for task in tasks { task.cancel() }
        for request in released { request.resume() }
        return left
    }
}
