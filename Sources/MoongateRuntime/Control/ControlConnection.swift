#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One end of a connection: a line in, a line out, each with a limit of bytes and of time. Owned by one thread, which
/// it may block.
struct ControlConnection: ~Copyable {
    private let file: Int32

    /// Takes the descriptor over.
    init(_ file: Int32) {
        self.file = file
        neverBlock(file)
    }

    deinit { systemClose(file) }

    /// The bytes before the first line feed (or the end).
    /// - Returns: `nil` when they do not come in time, or when there are none; what has come once it is more than `limit`.
    func readLine(limit: Int, within: Duration) -> [UInt8]? {
        let end = ContinuousClock.now + within
        var line: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(file, &block, block.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
                guard wait(for: Int16(POLLIN), until: end) else { return nil }
                continue
            }
            guard count > 0 else { return line.isEmpty ? nil : line }
            let part = block[..<count]
            line += part.prefix { $0 != 0x0A }
            guard line.count <= limit else { return line }
            if part.contains(0x0A) { return line }
        }
    }

    /// False when the other side does not take it in time.
    @discardableResult
    func writeLine(_ text: [UInt8], within: Duration) -> Bool {
        let end = ContinuousClock.now + within
        var rest = (text + [0x0A])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, Self.noSignal) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                guard wait(for: Int16(POLLOUT), until: end) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Who is on the other side; `nil` where the system does not say.
    var peer: uid_t? {
        #if os(Linux)
            // struct ucred: process, user, group.
            var credentials: (Int32, uid_t, gid_t) = (0, uid_t.max, gid_t.max)
            var length = socklen_t(MemoryLayout.size(ofValue: credentials))
            guard getsockopt(file, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
            return credentials.1
        #else
            var user = uid_t.max, group = gid_t.max
            return getpeereid(file, &user, &group) == 0 ? user : nil
        #endif
    }

    private func wait(for events: Int16, until end: ContinuousClock.Instant) -> Bool {
        let left = (end - ContinuousClock.now) / .milliseconds(1)
        guard left > 0 else { return false }
        var polled = pollfd(fd: file, events: events, revents: 0)
        let ready = poll(&polled, 1, Int32(min(left, 60_000)) + 1)
        return ready > 0 || (ready < 0 && errno == EINTR) || ContinuousClock.now < end
    }

    #if canImport(Darwin)
        private static let noSignal: Int32 = 0
    #else
        private static let noSignal = Int32(MSG_NOSIGNAL)
    #endif
}
