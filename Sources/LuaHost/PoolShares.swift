import Synchronization

/// What the pools of one process share, over all owners of scripts and all generations: how many states there are, and
/// how many calls run at once.
///
/// An eighth of the states is for leases that ask for the reserve. One owner's calls may wait in half of them, so a
/// service that hangs takes the states of those who ask it, and not everybody's.
public final class PoolShares: Sendable {
    /// The most states that are lent at once, waits included.
    public let states: Int
    let permits: RunningPermits
    private let reserve: Int
    private let lent = Atomic<Int>(0)
    private let owners = Mutex<[String: Owner]>([:])

    /// - Parameters:
    ///   - states: The most states that are lent at once.
    ///   - running: The most calls that run at once after their first slice; one a core, but for one, is right.
    public init(states: Int = 4096, running: Int = LuaPool.runningAtOnce) {
        self.states = max(1, states)
        reserve = max(1, states) / 8
        permits = RunningPermits(running)
    }

    /// How many states are lent.
    var lentStates: Int { lent.load(ordering: .relaxed) }

    /// False when so many are lent that this one must be refused.
    func take(reserved: Bool) -> Bool {
        let limit = reserved ? states : states - reserve
        if lent.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
        giveBack()
        return false
    }

    func giveBack() { lent.wrappingSubtract(1, ordering: .relaxed) }

    /// The part of one owner. Pools of the same name, of an old and a new generation, have one together.
    func owner(_ name: String) -> Owner {
        owners.withLock { owners in
            if let known = owners[name] { return known }
            let owner = Owner(most: max(1, states / 2))
            owners[name] = owner
            return owner
        }
    }

    /// How many of an owner's calls wait for the host.
    final class Owner: Sendable {
        let most: Int
        private let waiting = Atomic<Int>(0)

        init(most: Int) { self.most = most }

        /// False when too many wait already. Whoever gets true calls ``endWaiting()``.
        func beginWaiting() -> Bool {
            if waiting.wrappingAdd(1, ordering: .relaxed).newValue <= most { return true }
            endWaiting()
            return false
        }

        func endWaiting() { waiting.wrappingSubtract(1, ordering: .relaxed) }
    }
}
