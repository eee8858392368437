import LuaHost
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the calls of one script are counted.
///
/// A session read pays for it at each hook, so the counts are spread over a few shards: threads that run the same hook
/// at once seldom meet at one lock.
public final class ScriptAccount: Sendable {
    private final class Shard: Sendable {
        let totals = Mutex(ScriptTotals())
    }

    private let reported = Mutex(ScriptTotals())
    private let shards = (0..<8).map { _ in Shard() }

    init() {}

    /// Counts a call that has ended; `failure` is its code when it failed.
    func count(_ usage: LuaUsage, failure: String? = nil) {
        mine.totals.withLock { totals in
            totals.add(usage)
            if let failure { totals.errors[failure, default: 0] &+= 1 }
        }
    }

    /// Counts an answer that `cache` had already.
    func countCacheHit() { mine.totals.withLock { $0.cacheHits &+= 1 } }

    /// The sum over all threads.
    public var totals: ScriptTotals {
        var sum = ScriptTotals()
        for shard in shards { sum.add(shard.totals.withLock { $0 }) }
        return sum
    }

    /// What has come since this was last asked: for one reporter, which passes it on.
    func takeUnreported() -> ScriptTotals {
        let now = totals
        return reported.withLock { reported in
            defer { reported = now }
            return now.since(reported)
        }
    }

    private var mine: Shard {
        #if canImport(Darwin)
            let thread = UInt(bitPattern: pthread_self())
        #else
            let thread = UInt(pthread_self())
        #endif
        // Threads' addresses differ in their middle bits only; the product's top bits depend on all of them.
        return shards[Int(truncatingIfNeeded: (UInt64(thread) &* 0x9E37_79B9_7F4A_7C15) >> 61)]
    }
}
