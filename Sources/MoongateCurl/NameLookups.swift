import Moongate

/// Who is looking up which name. libcurl makes a thread for each lookup: a thousand requests to a host that nobody has
/// asked for yet would be a thousand threads with one question. So a few go first, and the others wait until the answer
/// lies in libcurl's cache.
///
/// On the loop's thread only.
final class NameLookups {
    /// Lookups of one name at once: one that hangs does not hold up everybody.
    private static let most = 2
    /// libcurl keeps an answer for 60 seconds.
    private static let kept = Duration.seconds(50)

    private var asking: [String: Int] = [:]
    private var known: [String: ContinuousClock.Instant] = [:]

    /// Whether a request to this target may start now.
    func admits(_ target: FetchTarget, at now: ContinuousClock.Instant) -> Bool {
        guard let name = target.lookup, !isKnown(name, at: now) else { return true }
        return asking[name, default: 0] < Self.most
    }

    /// A request has started; returns whether it may be looking up a name, and then ``found(_:at:)`` or ``gaveUp(_:)`` follows.
    func begin(_ target: FetchTarget, at now: ContinuousClock.Instant) -> Bool {
        guard let name = target.lookup, !isKnown(name, at: now) else { return false }
        asking[name, default: 0] += 1
        return true
    }

    /// The name has an address.
    func found(_ target: FetchTarget, at now: ContinuousClock.Instant) {
        guard let name = target.lookup else { return }
        leave(name)
        if known.count >= 256 { known = known.filter { $0.value > now } }
        known[name] = now + Self.kept
    }

    /// The request ended without one.
    func gaveUp(_ target: FetchTarget) {
        if let name = target.lookup { leave(name) }
    }

    private func leave(_ name: String) {
        guard let count = asking[name] else { return }
        asking[name] = count > 1 ? count - 1 : nil
    }

    private func isKnown(_ name: String, at now: ContinuousClock.Instant) -> Bool {
        known[name].map { $0 > now } ?? false
    }
}
