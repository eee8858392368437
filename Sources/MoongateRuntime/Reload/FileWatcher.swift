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
    /// - Parameter quiet: For how many milliseconds nothing may happen before a change counts.
    /// - Throws: ``FileWatcherError`` when the system gives no means to watch.
    public init(_ files: WatchedFiles, quiet: Int32 = 40) throws {
        (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        wakeUp = try WakeUp()
        #if os(Linux)
        let waiter = try InotifyWaiter(files, wakeUp: wakeUp)
        #else
        let waiter = PollingWaiter(files, wakeUp: wakeUp)
        #endif
        let loop = WatchLoop(files: files, waiter: waiter, quiet: quiet, continuation: continuation)
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
    let continuation: AsyncStream<Void>.Continuation

    func run() {
        var reported = files.digest()
        while true {
            switch waiter.wait(milliseconds: -1) {
            case .stopped: return
            case .nothing: continue
            case .changed: break
            }
            guard let settled = settle() else { return }
            guard settled != reported else { continue }
            reported = settled
            continuation.yield()
        }
    }

    /// The digest once nothing happens any more; `nil` when the watcher was stopped meanwhile. A file that never comes
    /// to rest is taken after a hundred rounds: the loader refuses what is half-written.
    private func settle() -> [UInt8]? {
        var digest = files.digest()
        for _ in 0..<100 {
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
    let status = pthread_create(&thread, nil, { raw in
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
    let status = pthread_create(&thread, nil, { raw in
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
