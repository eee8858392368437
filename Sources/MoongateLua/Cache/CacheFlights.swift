/// Values that are being made, each by one call, and the calls that wait for them.
struct CacheFlights {
    /// One call that waits.
    struct Waiter {
        let number: UInt64
        let call: UInt64
        let request: CacheRequest
        let continuation: CheckedContinuation<CacheWake, Never>
    }

    /// What a call should do about a value that is not there.
    enum Step: Equatable {
        /// Make it, and hand it to those who come meanwhile.
        case lead
        /// Make it for itself: whoever makes it waits, in the end, for this very call.
        case alone
        /// Wait for the call that makes it.
        case wait
        /// It is this call that makes it.
        case own
    }

    private struct Flight {
        var ticket: UInt64
        var call: UInt64
        var waiters: [Waiter] = []
    }

    private var flights: [CacheKey: Flight] = [:]
    /// What each waiting call waits for. A call is one coroutine, so it waits for one thing at a time.
    private var waits: [UInt64: CacheKey] = [:]

    var waiting: Int { waits.count }

    func step(_ key: CacheKey, call: UInt64) -> Step {
        guard let flight = flights[key] else { return .lead }
        if flight.call == call { return .own }
        var leader = flight.call
        while let next = waits[leader].flatMap({ flights[$0] }) {
            if next.call == call { return .alone }
            leader = next.call
        }
        return .wait
    }

    /// `call` makes the value from now on.
    mutating func begin(_ key: CacheKey, call: UInt64, ticket: UInt64) {
        flights[key] = Flight(ticket: ticket, call: call)
    }

    mutating func enqueue(_ waiter: Waiter) {
        flights[waiter.request.key]?.waiters.append(waiter)
        waits[waiter.call] = waiter.request.key
    }

    /// Takes one out that waits no longer; `nil` when it was woken before.
    mutating func remove(_ number: UInt64, from key: CacheKey) -> Waiter? {
        guard let index = flights[key]?.waiters.firstIndex(where: { $0.number == number }) else { return nil }
        let waiter = flights[key]?.waiters.remove(at: index)
        if let waiter { waits[waiter.call] = nil }
        return waiter
    }

    /// Ends the flight that this ticket leads; who waited. Nobody, when it leads none.
    mutating func end(_ key: CacheKey, ticket: UInt64) -> [Waiter] {
        guard let flight = flights[key], flight.ticket == ticket else { return [] }
        flights[key] = nil
        for waiter in flight.waiters { waits[waiter.call] = nil }
        return flight.waiters
    }
}

/// Why a waiting call goes on.
enum CacheWake: Sendable {
    case value([UInt8])
    case failure(String)
    case lead(CacheTicket)
    case cancelled
}
