#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files named on the command line.
enum FileInput {
    /// The whole file, up to a limit.
    /// - Throws: ``CommandFailure`` with exit code 3.
    static func read(_ path: String, maximumBytes: Int = 1 << 20) throws -> [UInt8] {
        guard let file = fopen(path, "re") else {
            throw CommandFailure(.couldNotRun, "moongate: \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { break }
            content += block[..<count]
            guard content.count <= maximumBytes else {
                throw CommandFailure(.couldNotRun, "moongate: \(path) is larger than \(maximumBytes) bytes")
            }
        }
        guard ferror(file) == 0 else {
            throw CommandFailure(.couldNotRun, "moongate: \(path) cannot be read")
        }
        return content
    }

    /// Makes a file that is not there yet.
    /// - Throws: ``CommandFailure`` with exit code 3 when it is, or cannot be made.
    static func create(_ path: String, _ content: [UInt8]) throws { try write(path, content, mode: "wxe") }

    /// Makes a file, or writes over the one that is there.
    /// - Throws: ``CommandFailure`` with exit code 3.
    static func replace(_ path: String, _ content: [UInt8]) throws { try write(path, content, mode: "we") }

    private static func write(_ path: String, _ content: [UInt8], mode: String) throws {
        guard let file = fopen(path, mode) else {
            throw CommandFailure(.couldNotRun, "moongate: \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        guard fwrite(content, 1, content.count, file) == content.count else {
            throw CommandFailure(.couldNotRun, "moongate: \(path) could not be written")
        }
    }
}
