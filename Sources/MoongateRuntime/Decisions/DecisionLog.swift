import Logging
import Moongate
import MoongateTokens
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes records of decisions to a file, off the requests' path. A queue of 4,096 lies between: a request that finds it
/// full goes on, its record is dropped and counted, and the log says how many are missing.
///
/// There is one writer: a thread that is made when there is something to write and ends when there was nothing for a
/// while. Records are put into words by it, too.
final class DecisionLog: DecisionSink {
    /// Records that wait at most.
    static let capacity = 4_096

    private struct State {
        var waiting: [DecisionEntry] = []
        var path: String?
        /// The file is opened anew before the next record is written.
        var reopens = false
        var hasWriter = false
        var isClosed = false
        /// Since the writer said so last.
        var dropped: UInt64 = 0
        /// Since metrics were told last.
        var unreported: (logged: UInt64, dropped: UInt64) = (0, 0)
    }

    /// What only one thread at a time has: whoever writes.
    private struct Writing {
        var file: DecisionFile?
        var complained: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let writing = Mutex(Writing())
    private let directory: String
    private let clock: any AuthClock
    private let logger: Logger
    private let pause: useconds_t

    /// - Parameters:
    ///   - directory: What paths are relative to.
    ///   - pause: Between two looks at the queue, in microseconds.
    init(directory: String, clock: any AuthClock, logger: Logger, pause: useconds_t = 20_000) {
        self.directory = directory
        self.clock = clock
        self.logger = logger
        self.pause = pause
    }

    // MARK: where to

    /// Takes over what a configuration says. The file is opened now, so that a path that cannot be written to is found
    /// when the configuration is loaded and not when something happened.
    /// - Throws: `ScriptFailure` with `decisions.log`; what was before stays.
    func use(_ settings: DecisionsConfiguration) throws {
        let path = settings.log.map { $0 == "-" || $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" }
        if state.withLock({ $0.path == path }) { return }
        // What waits belongs to the file before.
        flush()
        try writing.withLock { $0.file = try path.map(DecisionFile.init) }
        state.withLock { state in
            state.path = path
            state.reopens = false
        }
    }

    /// Opens the file anew where one is written to, since it may have been renamed (SIGHUP).
    func reopen() {
        state.withLock { $0.reopens = $0.path != nil }
        flush()
    }

    // MARK: what

    func add(_ entry: DecisionEntry) {
        let needsWriter = state.withLock { state in
            guard !state.isClosed, state.path != nil, state.waiting.count < Self.capacity else {
                state.dropped += 1
                state.unreported.dropped += 1
                return false
            }
            state.waiting.append(entry)
            guard !state.hasWriter else { return false }
            state.hasWriter = true
            return true
        }
        guard needsWriter else { return }
        do {
            try startThread { [self] in write() }
        } catch {
            // The next record asks again.
            state.withLock { $0.hasWriter = false }
        }
    }

    /// The writer's thread.
    private func write() {
        var idle = 0
        while true {
            idle = flush() ? 0 : idle + 1
            let isOver = state.withLock { state in
                guard state.waiting.isEmpty, state.isClosed || idle > 50 else { return false }
                state.hasWriter = false
                return true
            }
            if isOver { return }
            usleep(pause)
        }
    }

    /// Writes all that waits.
    /// - Returns: Whether there was something.
    @discardableResult
    private func flush() -> Bool {
        writing.withLock { writing in
            let (entries, dropped, path) = state.withLock { state in
                let taken = (state.waiting, state.dropped, state.reopens ? state.path : nil)
                state.waiting = []
                state.dropped = 0
                state.reopens = false
                return taken
            }
            if let path { reopen(path, &writing) }
            guard !entries.isEmpty || dropped > 0 else { return false }
            var lines: [UInt8] = []
            for entry in entries {
                lines += entry.line
                lines.append(UInt8(ascii: "\n"))
            }
            if dropped > 0 { lines += droppedLine(dropped) }
            let isWritten = writing.file?.append(lines) ?? false
            let lost = isWritten ? 0 : UInt64(entries.count)
            state.withLock { state in
                state.unreported.logged += UInt64(entries.count) - lost
                state.unreported.dropped += lost
                // Told in the file as soon as it can be written to.
                if !isWritten { state.dropped += dropped + lost }
            }
            complain(dropped + lost, isFull: isWritten, &writing)
            return !entries.isEmpty
        }
    }

    /// A file that cannot be opened leaves the one before: its records are not lost.
    private func reopen(_ path: String, _ writing: inout Writing) {
        do {
            writing.file = try DecisionFile(path)
        } catch {
            logger.error(
                "The decision log cannot be opened anew: the file before goes on",
                metadata: ["code": "decisions.log", "reason": .string("\(error)")])
        }
    }

    private func droppedLine(_ count: UInt64) -> [UInt8] {
        let line: JSONValue = ["dropped": .integer(Int64(clamping: count)), "time": .string(clock.now().iso8601)]
        return line.canonicalBytes() + [UInt8(ascii: "\n")]
    }

    /// At most once in ten seconds.
    private func complain(_ count: UInt64, isFull: Bool, _ writing: inout Writing) {
        guard count > 0 else { return }
        let now = ContinuousClock.now
        if let last = writing.complained, now - last < .seconds(10) { return }
        writing.complained = now
        logger.error(
            "Records of decisions were dropped",
            metadata: [
                "code": .string(isFull ? "decisions.full" : "decisions.log"), "dropped": .stringConvertible(count),
                "reason": isFull ? "they came faster than they could be written" : "the file cannot be written to",
            ])
    }

    // MARK: end

    /// Writes what waits, and takes no more.
    func close() {
        state.withLock { $0.isClosed = true }
        flush()
    }

    /// What was written and what was dropped since the last call.
    func takeUnreported() -> (logged: UInt64, dropped: UInt64) {
        state.withLock { state in
            defer { state.unreported = (0, 0) }
            return state.unreported
        }
    }
}
