import Testing

@testable import Moongate

@Suite struct EventQueueTests {
    private let log = EventLog()
    private let queue = EventQueue(EventRunner(log: LogLines().logger))

    private func batch(_ events: AuthEvent...) throws -> EventBatch {
        EventBatch(generation: try Site(hooks: log.hooks).engine.generation, events: events)
    }

    private func event(_ id: String) -> AuthEvent {
        AuthEvent(.createUser(user: Claims(["id": .string(id)])), time: Timestamp(seconds: 0), request: .init(id: id))
    }

    private func fill() async throws {
        log.hold()
        let one = try batch(event("x"))
        for _ in 0..<EventQueue.workers { await queue.add(one) }
        await log.begun(EventQueue.workers)
        for _ in 0..<EventQueue.capacity { await queue.add(one) }
    }

    @Test func eventsOfOneRequestAreToldInOrder() async throws {
        let ids = (0..<50).map { "\($0)" }
        let generation = try Site(hooks: log.hooks).engine.generation
        await queue.add(EventBatch(generation: generation, events: ids.map(event)))
        #expect(await queue.drain(within: .seconds(10)) == 0)
        #expect(log.events.map(\.request.id) == ids)
    }

    @Test func oneThatWaitsDoesNotHoldUpAnother() async throws {
        log.hold()
        await queue.add(try batch(event("slow")))
        await log.begun(1)
        await queue.add(try batch(event("other")))
        await log.begun(2)
        log.release()
        #expect(await queue.drain(within: .seconds(10)) == 0)
    }

    @Test func fullQueueMakesARequestWaitAndLosesNothing() async throws {
        try await fill()
        #expect(queue.waiting == EventQueue.capacity)
        let late = try batch(event("late"))
        let request = Task { await queue.add(late) }
        while queue.waiting == EventQueue.capacity { await Task.yield() }
        #expect(log.events.isEmpty)
        log.release()
        await request.value
        #expect(await queue.drain(within: .seconds(10)) == 0)
        #expect(log.events.count == EventQueue.workers + EventQueue.capacity + 1)
        #expect(log.events.contains { $0.request.id == "late" })
    }

    @Test func requestThatIsCancelledWhileItWaitsHasItsEventsTold() async throws {
        try await fill()
        let late = try batch(event("late"))
        let request = Task { await queue.add(late) }
        request.cancel()
        while queue.waiting == EventQueue.capacity { await Task.yield() }
        log.release()
        await request.value
        #expect(await queue.drain(within: .seconds(10)) == 0)
        #expect(log.events.contains { $0.request.id == "late" })
    }

    @Test func drainGivesUpWhatIsLeftWhenTheTimeIsOver() async throws {
        log.hold()
        let two = try batch(event("a"), event("b"))
        for _ in 0...EventQueue.workers { await queue.add(two) }
        await log.begun(EventQueue.workers)
        #expect(await queue.drain(within: .zero) == 2 * (EventQueue.workers + 1))
        log.release()
    }

    @Test func requestThatWaitsIsReleasedWhenTheRestIsGivenUp() async throws {
        try await fill()
        let late = try batch(event("late"))
        let request = Task { await queue.add(late) }
        while queue.waiting == EventQueue.capacity { await Task.yield() }
        #expect(await queue.drain(within: .zero) == EventQueue.workers + EventQueue.capacity + 1)
        await request.value
        log.release()
    }

    @Test func eventsAfterTheRestWasGivenUpAreTold() async throws {
        log.hold()
        await queue.add(try batch(event("lost")))
        await log.begun(1)
        #expect(await queue.drain(within: .zero) == 1)
        log.release()
        await queue.add(try batch(event("next")))
        #expect(await queue.drain(within: .seconds(10)) == 0)
        #expect(log.events.contains { $0.request.id == "next" })
    }

    @Test func drainOfNothingEndsAtOnce() async {
        #expect(await queue.drain(within: .seconds(60)) == 0)
    }

    @Test func drainGoesOnWhereItsCallerIsCancelled() async throws {
        log.hold()
        await queue.add(try batch(event("a")))
        await log.begun(1)
        let drain = Task { await queue.drain(within: .seconds(10)) }
        drain.cancel()
        await Task.yield()
        log.release()
        #expect(await drain.value == 0)
        #expect(log.events.count == 1)
    }
}
