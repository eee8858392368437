import Synchronization

/// Sessions that ended and tokens that were re-issued a moment ago, so that a read which is still under way cannot bring
/// back a session that was signed out, nor put an older token over a newer one.
///
/// Entries are kept for ``retention`` seconds: longer than any request lives.
final class SessionLedger: Sendable {
    /// The longest request plus a minute.
    static let retention: Int64 = 120

    private struct Entry {
        var ended: Bool
        var version: Int64
        var until: Timestamp
    }

    private struct Shard {
        var entries: [String: Entry] = [:]
        var inserted = 0
    }

    private final class Cell: Sendable {
        let shard = Mutex(Shard())
    }

    private let cells = (0..<16).map { _ in Cell() }

    /// The session has ended: nothing is re-issued for it any more.
    func end(_ sid: String, now: Timestamp) {
        update(sid, now: now) { $0.ended = true }
    }

    /// Whether a read of this version may still answer as signed in.
    func isEnded(_ sid: String, now: Timestamp) -> Bool {
        cell(sid).shard.withLock { shard in
            guard let entry = shard.entries[sid], entry.until >= now else { return false }
            return entry.ended
        }
    }

    /// Claims a version for a token about to go out: false when the session has ended or a newer token went out.
    func claim(_ sid: String, version: Int64, now: Timestamp) -> Bool {
        var granted = false
        update(sid, now: now) { entry in
            granted = !entry.ended && entry.version <= version
            if granted { entry.version = version }
        }
        return granted
    }

    private func update(_ sid: String, now: Timestamp, _ change: (inout Entry) -> Void) {
        cell(sid).shard.withLock { shard in
            if shard.inserted >= 4096 {
                shard.entries = shard.entries.filter { $0.value.until >= now }
                shard.inserted = 0
            }
            var entry = shard.entries[sid] ?? Entry(ended: false, version: 0, until: now)
            if entry.until < now { entry = Entry(ended: false, version: 0, until: now) }
            change(&entry)
            entry.until = now.adding(seconds: Self.retention)
            if shard.entries.updateValue(entry, forKey: sid) == nil { shard.inserted += 1 }
        }
    }

    private func cell(_ sid: String) -> Cell { cells[Int(sid.hashValue.magnitude % 16)] }
}
