import Synchronization

/// States of one program, lent one call chain at a time.
///
/// Two limits, which pools may share: how many states are lent at once, waits included (beyond it a lease is refused at
/// once), and how many run Lua after their first slice. A state that failed, was cancelled, or has served 10,000 calls
/// is closed and replaced.
public final class LuaPool: Sendable {
    private struct Stock {
        var idle: [LuaWorker] = []
        var lent = 0
        var keep = LuaPool.kept
    }

    /// Idle states beyond this are closed: a burst of waiting calls leaves no crowd behind.
    static let kept = 64
    /// Calls after which a clean state is closed.
    static let callsPerState: UInt64 = 10_000
    /// A state that holds so much more between calls than its code and constants take is closed.
    static let idleMemory = 4 << 20

    /// What its states run.
    public let program: LuaProgram
    let shares: PoolShares
    let owner: PoolShares.Owner
    let caution = Caution()
    private let stock = Mutex(Stock())

    /// A pool that takes its part of what others take from, too.
    ///
    /// - Parameters:
    ///   - shares: One for the whole process.
    ///   - owner: Whose calls these are. At most half the states may wait for the host with calls of one owner.
    public init(program: LuaProgram, shares: PoolShares, owner: String = "") {
        self.program = program
        self.shares = shares
        self.owner = shares.owner(owner)
    }

    /// A pool of its own.
    ///
    /// - Parameters:
    ///   - states: The most states that are lent at once.
    ///   - running: The most calls that run at once after their first slice; one a core, but for one, is right.
    public convenience init(program: LuaProgram, states: Int = 4096, running: Int = LuaPool.runningAtOnce) {
        self.init(program: program, shares: PoolShares(states: states, running: running))
    }

    /// Makes states ready, so that the first calls need not.
    ///
    /// - Throws: ``LuaFailure`` when there is no memory.
    public func warm(_ count: Int) throws {
        let made = try (0..<count).map { _ in try LuaWorker(program) }
        stock.withLock { stock in
            stock.idle.append(contentsOf: made)
            stock.keep = max(Self.kept, stock.idle.count)
        }
    }

    /// Lends a state. It returns when the lease ends, at the latest when nobody holds it any more.
    ///
    /// - Parameter reserved: May take of the eighth that is kept for what must go on when all else waits: sign-in and
    ///   access rules.
    /// - Throws: ``LuaFailure`` with code `overloaded` when all are lent.
    public func lease(reserved: Bool = false) throws -> LuaLease {
        guard shares.take(reserved: reserved) else {
            throw LuaFailure(code: "overloaded", message: "all \(shares.states) script states are in use")
        }
        let idle = stock.withLock { stock in
            stock.lent += 1
            return stock.idle.popLast()
        }
        if let idle { return LuaLease(idle, of: self) }
        do {
            return LuaLease(try LuaWorker(program), of: self)
        } catch {
            stock.withLock { $0.lent -= 1 }
            shares.giveBack()
            throw error
        }
    }

    /// Takes a worker back. One that is not clean is let go, which closes it on a thread of the bridge.
    func take(back worker: LuaWorker) {
        let reusable = worker.retire(after: Self.callsPerState, memory: Self.idleMemory)
        stock.withLock { stock in
            stock.lent -= 1
            if reusable, stock.idle.count < stock.keep { stock.idle.append(worker) }
        }
        shares.giveBack()
    }

    /// Closes the states that wait, and those that are lent when they come back: for a program that serves no more, and
    /// may serve again after ``warm(_:)``.
    public func rest() {
        let idle = stock.withLock { stock in
            defer { stock.idle.removeAll() }
            stock.keep = 0
            return stock.idle
        }
        _ = idle  // let go outside the lock
    }

    /// How many states are lent and how many wait, for metrics.
    public var usage: (lent: Int, idle: Int) { stock.withLock { ($0.lent, $0.idle.count) } }
}
