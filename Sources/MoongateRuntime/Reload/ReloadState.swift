import Moongate

/// What a site knows of its generations, under one lock.
struct ReloadState: Sendable {
    var history: GenerationHistory
    /// Digests of the files that were rolled back from. The watcher passes over them until their bytes change.
    var held: [[UInt8]] = []
    /// The last look at the files; `nil` before the first.
    var last: ReloadReport?
    /// How often each outcome came about, by `trigger outcome`.
    var outcomes: [OutcomeKey: UInt64] = [:]
    /// What became of the watch.
    var watch = WatchState.off

    struct OutcomeKey: Hashable {
        let trigger: ReloadTrigger
        let outcome: String
    }

    init(_ first: LoadedGeneration, at time: Timestamp) {
        history = GenerationHistory(first, at: time)
    }

    var current: LoadedGeneration { history.current.loaded }

    mutating func note(_ report: ReloadReport) {
        last = report
        outcomes[OutcomeKey(trigger: report.trigger, outcome: report.outcome.name), default: 0] += 1
    }

    /// Whether a change that the watcher saw counts; one that does ends the holding back.
    mutating func admits(_ digest: [UInt8]) -> Bool {
        guard held.contains(digest) else {
            held = []
            return true
        }
        return false
    }

    /// Goes back to an earlier generation. The files that served, and those that lie on the disk, are held back.
    mutating func rollBack(to entry: GenerationHistory.Entry, at time: Timestamp, onDisk: [UInt8]) {
        held = [current.digest, onDisk].filter { $0 != entry.loaded.digest }
        history.rollBack(to: entry, at: time)
        outcomes[OutcomeKey(trigger: .rollback, outcome: "installed"), default: 0] += 1
    }
}

/// Whether changes of files are seen.
enum WatchState: Sendable, Equatable {
    /// Not watched: `reload.watch` is false, or the service does not run.
    case off
    case watching
    /// They cannot be, for this reason.
    case failed(String)
}
