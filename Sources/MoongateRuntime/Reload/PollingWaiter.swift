import Synchronization

/// Looks at the digest every half second, where the system cannot tell what changed.
final class PollingWaiter: ChangeWaiter {
    private let files: WatchedFiles
    private let wakeUp: WakeUp
    private let interval: Int32
    private let last: Mutex<[UInt8]>

    init(_ files: WatchedFiles, wakeUp: WakeUp, interval: Int32 = 500) {
        self.files = files
        self.wakeUp = wakeUp
        self.interval = interval
        last = Mutex(files.digest())
    }

    func wait(milliseconds: Int32) -> WaitOutcome {
        if milliseconds >= 0 {
            return wakeUp.wait(milliseconds: milliseconds) == .stopped ? .stopped : look()
        }
        while true {
            if wakeUp.wait(milliseconds: interval) == .stopped { return .stopped }
            if look() == .changed { return .changed }
        }
    }

    private func look() -> WaitOutcome {
        let digest = files.digest()
        return last.withLock { last in
            defer { last = digest }
            return digest == last ? .nothing : .changed
        }
    }
}
