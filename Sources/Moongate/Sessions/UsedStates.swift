import MoongateTokens
import Synchronization

/// States of sign-ins that have come back, so that a callback URL works once, also for whoever kept a copy of the
/// browser's cookies. Entries live as long as the sealed cookie that could bring them back.
final class UsedStates: Sendable {
    /// How many are kept; beyond it the oldest sign-ins are forgotten first.
    static let capacity = 100_000

    private struct Entry {
        var until: Timestamp
    }

    private let entries = Mutex<[[UInt8]: Entry]>([:])

    /// Whether this value has come back before.
    func contains(_ value: String, now: Timestamp) -> Bool {
        let key = SHA256.hash(Array(value.utf8))
        return entries.withLock { ($0[key]?.until ?? Timestamp(milliseconds: .min)) >= now }
    }

    /// Takes the value: true for exactly one caller.
    func take(_ value: String, now: Timestamp) -> Bool {
        let key = SHA256.hash(Array(value.utf8))
        return entries.withLock { entries in
            if let entry = entries[key], entry.until >= now { return false }
            if entries.count >= Self.capacity { Self.shrink(&entries, now) }
            entries[key] = Entry(until: now.adding(seconds: SealedCheck.maxAge + 60))
            return true
        }
    }

    private static func shrink(_ entries: inout [[UInt8]: Entry], _ now: Timestamp) {
        entries = entries.filter { $0.value.until >= now }
        guard entries.count >= capacity else { return }
        let oldest = entries.sorted { $0.value.until < $1.value.until }.prefix(capacity / 10)
        for (key, _) in oldest { entries[key] = nil }
    }
}
