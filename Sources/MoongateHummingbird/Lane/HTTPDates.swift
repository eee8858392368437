import Moongate
import Synchronization

/// The `Date` field (RFC 9110 section 6.6.1), written once a second.
final class HTTPDates: Sendable {
    private struct Cached {
        var second: Int64 = .min
        var text = ""
    }

    private let clock: any AuthClock
    private let cached = Mutex(Cached())

    init(clock: any AuthClock = SystemClock()) { self.clock = clock }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    var now: String {
        let now = clock.now()
        return cached.withLock { cached in
            if cached.second != now.seconds { cached = Cached(second: now.seconds, text: now.httpDate) }
            return cached.text
        }
    }
}
