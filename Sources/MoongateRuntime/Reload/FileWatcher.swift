import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Says when the files of a generation have changed and come to rest.
///
/// A thread of its own waits (a blocking wait has no place on Swift's pool). After the first change it waits until the
/// files are quiet and two readings give the same digest, so a file is not taken half-written; a digest that was
/// reported last is not reported again.
public final class FileWatcher: Sendable {
    /// One element for each new state of the files. Elements that nobody took yet become one.
    public let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let wakeUp: WakeUp

    /// Begins to watch.
    /// - Parameters:
    ///   - known: The digest of the generation that runs (``LoadedGeneration/digest``): files that have changed since
    ///     it was read are reported at once. `nil` for the files as they are now.
    ///   - quiet: For how many milliseconds nothing may happen before a change counts.
    /// - Throws: ``FileWatcherError`` when the system gives no means to watch.
    public init(_ files: WatchedFiles, since known: [UInt8]? = nil, quiet: Int32 = 40) throws {
        (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        wakeUp = try WakeUp()
        #if os(Linux)
            // The system's watches may all be taken: looking now and then needs none.
            let waiter: any ChangeWaiter =
                (try? InotifyWaiter(files, wakeUp: wakeUp)) ?? PollingWaiter(files, wakeUp: wakeUp)
        #else
            let waiter = PollingWaiter(files, wakeUp: wakeUp)
        #endif
        // After the watch has begun, so that no change falls between the two.
        let known = known ?? files.digest()
        let loop = WatchLoop(files: files, waiter: waiter, quiet: quiet, known: known, continuation: continuation)
        try startThread { loop.run() }
    }

    deinit { stop() }

    /// Ends the stream and the thread. May be called twice.
    public func stop() {
        continuation.finish()
        wakeUp.stop()
    }
}

/// Why nothing can be watched.
public struct FileWatcherError: Error, Sendable, CustomStringConvertible {
    /// What failed, and the system's reason.
    public let description: String

    static func system(_ what: String) -> FileWatcherError {
        FileWatcherError(description: "\(what): \(String(cString: strerror(errno)))")
    }
}

/// Waits for something to happen to files. Used by one thread.
protocol ChangeWaiter: Sendable {
    /// Waits for a change at most `milliseconds` (-1: without end).
    func wait(milliseconds: Int32) -> WaitOutcome
}

/// How a wait ended.
enum WaitOutcome { case changed, nothing, stopped }

/// What the thread does.
struct WatchLoop {
    let files: WatchedFiles
    let waiter: any ChangeWaiter
    let quiet: Int32
    let known: [UInt8]
    let continuation: AsyncStream<Void>.Continuation

    func run() {
        var reported = known
        while true {
            guard let settled = settle() else { return }
            if settled != reported {
                reported = settled
                continuation.yield()
            }
            guard waitForChange() else { return }
        }
    }

    /// False when the watcher was stopped.
    private func waitForChange() -> Bool {
        while true {
            switch waiter.wait(milliseconds: -1) {
            case .stopped: return false
            case .changed: return true
            case .nothing: continue
            }
        }
    }

    /// The digest once nothing happens any more; `nil` when the watcher was stopped meanwhile. A file that never comes
    /// to rest is taken after a hundred times the quiet: the loader refuses what is half-written.
    private func settle() -> [UInt8]? {
        var digest = files.digest()
        let end = ContinuousClock.now + .milliseconds(100 * Int64(quiet))
        while ContinuousClock.now < end {
            switch waiter.wait(milliseconds: quiet) {
            case .stopped: return nil
            case .changed: continue
            case .nothing: break
            }
            let next = files.digest()
            if next == digest { return next }
            digest = next
        }
        return digest
    }
}

/// Runs a closure on a thread of its own, which ends with it.
func startThread(_ body: @escaping @Sendable () -> Void) throws {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
        var thread: pthread_t?
        let status = pthread_create(
            &thread, nil,
            { raw in
                Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard status == 0, let thread else {
            box.release()
            throw FileWatcherError(description: "no thread: \(String(cString: strerror(status)))")
        }
        pthread_detach(thread)
    #else
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw FileWatcherError(description: "no thread: \(String(cString: strerror(status)))")
        }
        pthread_detach(thread)
    #endif
}
