#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A pipe whose closing wakes a thread that polls its other end.
final class WakeUp: Sendable {
    private let reading: Int32
    private let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileWatcherError.system("no pipe") }
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Wakes the thread for good: the byte is never taken out.
    func stop() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    /// Waits until `descriptor` can be read, the time is over, or ``stop()`` was called. Without a descriptor: for the
    /// latter two.
    func wait(for descriptor: Int32 = -1, milliseconds: Int32) -> WaitOutcome {
        var polled = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&polled, 2, milliseconds)
        if polled[0].revents != 0 { return .stopped }
        return count > 0 && polled[1].revents != 0 ? .changed : .nothing
    }
}
