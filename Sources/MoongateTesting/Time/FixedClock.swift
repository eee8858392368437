import Moongate
import Synchronization

/// A clock that stands still until a test moves it. Any number of tasks may read and move it.
public final class FixedClock: AuthClock {
    private let time: Mutex<Timestamp>

    /// A clock that shows `start`; by default 2026-01-01T00:00:00Z.
    public init(_ start: Timestamp = Timestamp(seconds: 1_767_225_600)) { time = Mutex(start) }

    public func now() -> Timestamp { time.withLock { $0 } }

    /// Shows another time from now on; earlier ones are allowed.
    public func set(_ moment: Timestamp) { time.withLock { $0 = moment } }

    /// Moves forward, or back with a negative number; held at the far ends of ``Timestamp``.
    public func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
