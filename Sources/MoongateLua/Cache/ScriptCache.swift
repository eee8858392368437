import LuaHost
import Moongate
import Synchronization

/// What `cache` and `cache.shared` keep: in this process, for all generations of scripts, bounded for each owner.
///
/// A value is made by one call at a time. Others that want it meanwhile wait, hold no thread, and get what comes out;
/// when the one that makes it ends without a result, the next of them makes it.
public final class ScriptCache: Sendable {
    private struct State {
        var owners: [String: CacheEntries] = [:]
        var flights = CacheFlights()
        var numbers: UInt64 = 0

        mutating func number() -> UInt64 {
            numbers += 1
            return numbers
        }
    }

    private let limits: CacheEntries.Limits
    private let state = Mutex(State())

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - entries: The most values of one owner.
    ///   - bytes: The most memory that one owner's values take, in bytes.
    public init(entries: Int = 10_000, bytes: Int = 16 << 20) {
        limits = CacheEntries.Limits(entries: entries, bytes: bytes)
    }

    /// How much an owner holds, and how often it found what it asked for, since the program began.
    public func usage(of owner: String) -> ScriptCacheUsage {
        let entries = state.withLock { $0.owners[owner] } ?? CacheEntries(limits)
        return ScriptCacheUsage(
            entries: entries.count, bytes: entries.bytes, hits: entries.hits, misses: entries.misses)
    }

    /// How many calls wait for a value that another makes.
    var waiting: Int { state.withLock { $0.flights.waiting } }

    /// A value that is there, the right to make it, or the advice to wait.
    func attempt(_ request: CacheRequest, call: UInt64) -> FillAnswer {
        state.withLock { state in
            let decision = decide(request, call, &state)
            state.owners[request.key.owner]?.count(hit: decision.isValue)
            switch decision {
            case .value(let document): return .answer(.value(document))
            case .fill(let ticket): return .fill(ticket)
            case .wait: return .wait
            case .own: return .answer(.raise("a function cannot ask for the value that it makes"))
            }
        }
    }

    /// What comes of a value that another call makes. A cancelled task gets an answer at once.
    func wait(_ request: CacheRequest, call: UInt64) async -> FillAnswer {
        let number = state.withLock { $0.number() }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(.init(number: number, call: call, request: request, continuation: continuation))
            }
        } onCancel: {
            state.withLock { $0.flights.remove(number, from: request.key) }?.continuation.resume(returning: .cancelled)
        }
        switch wake {
        case .value(let document): return .answer(.value(document))
        case .failure(let reason): return .answer(.failure(reason))
        case .lead(let ticket): return .fill(ticket)
        case .cancelled: return .answer(.failure("was given up"))
        }
    }

    /// Keeps a value and hands it to those who waited for it.
    func keep(_ document: [UInt8], _ request: CacheRequest, ticket: UInt64) {
        let waiters = state.withLock { state in
            state.owners[request.key.owner, default: CacheEntries(limits)]
                .insert(document, for: request, now: request.clock.now())
            return state.flights.end(request.key, ticket: ticket)
        }
        for waiter in waiters { waiter.continuation.resume(returning: .value(document)) }
    }

    /// The function gave no value. Whoever allows it gets one that was kept before. Of the others, all share a reason;
    /// an error is the affair of the call in which it was raised, so the next one makes the value.
    ///
    /// - Returns: What stands in for the caller's own value.
    func fail(_ request: CacheRequest, ticket: UInt64, reason: String?) -> [UInt8]? {
        var wakes: [(CheckedContinuation<CacheWake, Never>, CacheWake)] = []
        let own: [UInt8]? = state.withLock { state in
            let now = request.clock.now()
            var left: [CacheFlights.Waiter] = []
            for waiter in state.flights.end(request.key, ticket: ticket) {
                if let document = stale(waiter.request, now, state) {
                    wakes.append((waiter.continuation, .value(document)))
                } else if let reason {
                    wakes.append((waiter.continuation, .failure(reason)))
                } else {
                    left.append(waiter)
                }
            }
            if let next = lead(left, &state) { wakes.append(next) }
            return stale(request, now, state)
        }
        for (continuation, wake) in wakes { continuation.resume(returning: wake) }
        return own
    }

    /// The call ended without a word: the one that has waited longest makes the value.
    func passOn(_ request: CacheRequest, ticket: UInt64) {
        let next = state.withLock { state in lead(state.flights.end(request.key, ticket: ticket), &state) }
        if let (continuation, wake) = next { continuation.resume(returning: wake) }
    }

    private enum Decision {
        case value([UInt8])
        case fill(CacheTicket)
        case wait
        case own

        var isValue: Bool { if case .value = self { true } else { false } }
    }

    private func decide(_ request: CacheRequest, _ call: UInt64, _ state: inout State) -> Decision {
        let now = request.clock.now()
        if let document = state.owners[request.key.owner, default: CacheEntries(limits)].find(request.key, now: now) {
            return .value(document)
        }
        let step = state.flights.step(request.key, call: call)
        switch step {
        case .wait: return .wait
        case .own: return .own
        case .lead, .alone:
            let ticket = CacheTicket(self, request, number: state.number())
            if step == .lead { state.flights.begin(request.key, call: call, ticket: ticket.number) }
            return .fill(ticket)
        }
    }

    /// Looks once more: the flight may have ended since the attempt.
    private func enqueue(_ waiter: CacheFlights.Waiter) {
        let wake: CacheWake? = state.withLock { state in
            if Task.isCancelled { return .cancelled }
            switch decide(waiter.request, waiter.call, &state) {
            case .value(let document): return .value(document)
            case .fill(let ticket): return .lead(ticket)
            case .own: return .cancelled  // a call cannot make what it waits for
            case .wait:
                state.flights.enqueue(waiter)
                return nil
            }
        }
        if let wake { waiter.continuation.resume(returning: wake) }
    }

    /// The first of them makes the value, the rest wait for it.
    private func lead(
        _ waiters: [CacheFlights.Waiter], _ state: inout State
    ) -> (CheckedContinuation<CacheWake, Never>, CacheWake)? {
        guard let first = waiters.first else { return nil }
        let ticket = CacheTicket(self, first.request, number: state.number())
        state.flights.begin(first.request.key, call: first.call, ticket: ticket.number)
        for waiter in waiters.dropFirst() { state.flights.enqueue(waiter) }
        return (first.continuation, .lead(ticket))
    }

    private func stale(_ request: CacheRequest, _ now: Timestamp, _ state: State) -> [UInt8]? {
        guard request.staleIfError > 0 else { return nil }
        return state.owners[request.key.owner]?.stale(request.key, seconds: request.staleIfError, now: now)
    }
}

/// How much of the cache one owner uses.
public struct ScriptCacheUsage: Sendable, Equatable {
    /// Values that are kept, expired ones included until they are looked for.
    public let entries: Int
    /// Bytes that they take.
    public let bytes: Int
    /// How often a value was there.
    public let hits: UInt64
    /// How often it had to be made or waited for.
    public let misses: UInt64
}
