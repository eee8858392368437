import Moongate

/// The generation that serves and the last few that served before it, kept whole so that going back needs no file.
struct GenerationHistory: Sendable {
    /// How many earlier ones are kept.
    static let limit = 5

    /// A generation and how it came to serve.
    struct Entry: Sendable {
        let loaded: LoadedGeneration
        /// When it was last installed.
        var since: Timestamp
        /// What installed it.
        var source: ReloadTrigger
        /// It was rolled back from: going back passes over it, unless it is asked for by its id.
        var isWithdrawn = false
    }

    private(set) var current: Entry
    /// Those that served before, the latest last.
    private(set) var earlier: [Entry] = []

    init(_ first: LoadedGeneration, at time: Timestamp) {
        current = Entry(loaded: first, since: time, source: .start)
    }

    /// Puts a new generation in the place of the current one, which becomes an earlier one. Files that served before
    /// are one entry, the new one.
    mutating func install(_ next: LoadedGeneration, at time: Timestamp, by source: ReloadTrigger) {
        replace(with: Entry(loaded: next, since: time, source: source))
    }

    /// The entry that a rollback would go to; `nil` when there is none.
    func target(_ target: RollbackTarget) -> Entry? {
        switch target {
        case .steps(let count):
            let eligible = earlier.filter { !$0.isWithdrawn }
            return count >= 1 && count <= eligible.count ? eligible[eligible.count - count] : nil
        case .generation(let id):
            let found = earlier.filter { $0.loaded.id.hasPrefix(id) }
            return found.count == 1 ? found[0] : nil
        }
    }

    /// Makes an earlier generation the current one again; the current one is withdrawn.
    mutating func rollBack(to entry: Entry, at time: Timestamp) {
        current.isWithdrawn = true
        var entry = entry
        entry.since = time
        entry.source = .rollback
        entry.isWithdrawn = false
        replace(with: entry)
    }

    private mutating func replace(with next: Entry) {
        earlier.removeAll { $0.loaded.digest == next.loaded.digest || $0.loaded.digest == current.loaded.digest }
        if current.loaded.digest != next.loaded.digest { earlier.append(current) }
        current = next
        earlier.removeFirst(max(0, earlier.count - Self.limit))
    }
}

/// What makes a site look at its files, or go back.
public enum ReloadTrigger: String, Sendable, CaseIterable {
    /// The program's start.
    case start
    /// Files changed.
    case watch
    /// SIGHUP.
    case signal
    /// `moongate reload`.
    case command
    /// `moongate rollback`.
    case rollback
    /// A call of ``MoongateService/reload(_:)`` by a program that embeds it.
    case program
}
