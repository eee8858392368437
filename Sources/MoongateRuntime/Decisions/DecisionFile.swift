import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file that decisions are appended to, or standard output. Used by one thread at a time.
final class DecisionFile {
    private let descriptor: Int32
    private let isOurs: Bool
    /// A write ended within a line: the next one begins a new line first.
    private var isWithinLine = false

    /// Opens a file for appending, made with mode 0600 where it is not there; `-` is standard output.
    /// - Throws: `ScriptFailure` with `decisions.log` and the system's reason.
    init(_ path: String) throws {
        guard path != "-" else {
            descriptor = STDOUT_FILENO
            isOurs = false
            return
        }
        // Without waiting: a pipe that nobody reads must not hold up the end of the program.
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else {
            throw ScriptFailure(
                code: "decisions.log",
                message: "\(path) cannot be opened for writing: \(String(cString: strerror(errno)))")
        }
        isOurs = true
    }

    deinit {
        if isOurs { close(descriptor) }
    }

    /// Appends whole lines.
    /// - Returns: Whether all of it was written; of what was not, nobody knows how much was.
    func append(_ lines: [UInt8]) -> Bool {
        let bytes = isWithinLine ? [UInt8(ascii: "\n")] + lines : lines
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isWithinLine = start > 0 ? bytes[start - 1] != UInt8(ascii: "\n") : isWithinLine
                return false
            }
            start += count
        }
        isWithinLine = false
        return true
    }
}
