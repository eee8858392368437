import Logging

extension Engine {
    /// Events that have happened and that nobody has begun to tell.
    public var waitingEvents: Int { events.waiting }

    /// Waits until every event has been told. For the end of a program, after its server has stopped taking requests;
    /// `MoongateService` does it. Goes on where the calling task is cancelled.
    ///
    /// When the time is over, what is left is given up and logged with the code `events.left`; scripts that still run
    /// are ended.
    /// - Returns: how many events were given up.
    @discardableResult
    public func drainEvents(within limit: Duration = .seconds(10)) async -> Int {
        let left = await events.drain(within: limit)
        guard left > 0 else { return 0 }
        log.error(
            "Events were given up at the end: their listeners took too long",
            metadata: ["code": .string(Denial.Code.eventsLeft.name), "events": .stringConvertible(left)])
        return left
    }
}
