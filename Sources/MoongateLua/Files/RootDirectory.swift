#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder held open. What is opened through it lies beneath it, whatever links and renames others make meanwhile.
///
/// The folder itself may be reached through links. Inside, relative links that stay beneath are followed (a mounted
/// configuration is made of them); absolute ones and those that leave are refused. Not thread-safe, as one reading is
/// one thread's work.
final class RootDirectory {
    private let descriptor: Int32

    /// `nil` when there is no such folder.
    init?(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor < 0 else { return }
        if errno == ENOENT {
            var status = stat()
            guard lstat(path, &status) != 0 else { throw FileRefusal.dangling }
            return nil
        }
        throw FileRefusal.system("cannot be opened")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The bytes of a regular file; `nil` when there is none.
    /// - Throws: ``FileRefusal`` when it leads out of the folder, is no regular file, is over `limit` bytes, or cannot
    ///   be read.
    func read(_ path: String, limit: Int) throws -> [UInt8]? {
        guard let file = try openBeneath(path, isDirectory: false) else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileRefusal.system("cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileRefusal("file.kind", "is not a regular file") }
        return try Self.readAll(file, limit: limit)
    }

    /// Whether everybody on this machine may write to a file: then everybody decides what is in it.
    func isWritableByAnyone(_ path: String) -> Bool {
        guard let file = try? openBeneath(path, isDirectory: false) else { return false }
        defer { close(file) }
        var status = stat()
        return fstat(file, &status) == 0 && status.st_mode & S_IWOTH != 0
    }

    /// The names in a folder, sorted, hidden ones left out; `nil` when there is no such folder.
    func names(in path: String) throws -> [String]? {
        guard let folder = try openBeneath(path, isDirectory: true) else { return nil }
        guard let stream = fdopendir(folder) else {
            close(folder)
            throw FileRefusal.system("cannot be listed")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func readAll(_ file: Int32, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            // Qualified by its type's argument list: the C function, not the method above.
            let count = chunk.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileRefusal.system("cannot be read")
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw FileRefusal("file.size", "is larger than \(limit) bytes") }
        }
    }

    /// Walks one name at a time with `O_NOFOLLOW`, so a link is seen before it is followed. `nil` when something on the
    /// way is not there; a link to something that is not there was meant to be a file. The caller closes what it gets.
    private func openBeneath(_ path: String, isDirectory: Bool) throws -> Int32? {
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }
        var ahead = Array(path.split(separator: "/").map(String.init).reversed())
        var linksLeft = 8
        // How many names are ahead behind the target of a link, while that is walked.
        var behindLink: Int?
        while let name = ahead.popLast() {
            if let behind = behindLink, ahead.count < behind { behindLink = nil }
            if name == "." { continue }
            if name == ".." {
                guard let last = open.popLast() else { throw FileRefusal.escape }
                close(last)
                continue
            }
            let isFolder = isDirectory || !ahead.isEmpty
            // Not blocking: opening a pipe must not wait for its other end.
            let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (isFolder ? O_DIRECTORY : 0)
            let next = openat(open.last ?? descriptor, name, flags)
            if next >= 0 {
                if ahead.isEmpty { return next }
                open.append(next)
                continue
            }
            if errno == ENOENT {
                guard behindLink == nil else { throw FileRefusal.dangling }
                return nil
            }
            guard errno == ELOOP || errno == ENOTDIR, let target = link(name, in: open.last ?? descriptor) else {
                throw FileRefusal.system("cannot be opened")
            }
            linksLeft -= 1
            guard linksLeft >= 0, !target.hasPrefix("/") else { throw FileRefusal.escape }
            behindLink = behindLink ?? ahead.count
            ahead.append(contentsOf: target.split(separator: "/").map(String.init).reversed())
        }
        // Only a path that ends in `..` or is empty comes here: it names a folder.
        guard isDirectory else { throw FileRefusal("file.kind", "is not a regular file") }
        return openat(open.last ?? descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    private func link(_ name: String, in folder: Int32) -> String? {
        var target = [CChar](repeating: 0, count: 4097)
        let count = readlinkat(folder, name, &target, 4096)
        guard count > 0 else { return nil }
        return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, buffer, count)
}

/// Why a file is not read.
struct FileRefusal: Error {
    let code: String
    let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    static var escape: FileRefusal { FileRefusal("file.escape", "is a link that leads out of its folder") }

    static var dangling: FileRefusal { FileRefusal("file.link", "is a link to nothing") }

    /// What the system said last.
    static func system(_ what: String) -> FileRefusal {
        FileRefusal("file.unreadable", "\(what): \(String(cString: strerror(errno)))")
    }
}
