#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A control socket that is ours: bound, listening, and known to be the only one under its name.
///
/// The lock beside it says who holds the name. It goes with the process, however that ends, so a socket that was left
/// behind is known to be nobody's and is replaced.
final class ControlSocket: Sendable {
    let path: String
    let listener: Int32
    private let folder: ControlFolder
    private let name: String
    private let lock: Int32

    /// Binds.
    /// - Throws: ``ControlError`` when the place is not safe, or another server has it.
    init(_ path: String) throws {
        self.path = path
        let (folderPath, name) = ControlPath.split(path)
        guard !name.isEmpty else {
            throw ControlError(code: "control.unavailable", message: "\(path) names a folder, not a socket")
        }
        self.name = name
        folder = try ControlFolder.own(folderPath)
        lock = try Self.takeLock("\(name).lock", in: folder, for: path)
        do {
            try Self.removeOld(name, in: folder, path)
            listener = try Self.bind(name, in: folder, path)
        } catch {
            systemClose(lock)
            throw error
        }
    }

    deinit { systemClose(lock) }

    /// Takes the name away: nobody finds the socket any more. The name stays ours as long as the lock is held.
    func removeName() { unlinkat(folder.descriptor, name, 0) }

    /// Ends listening; whoever is connected stays so.
    func close() {
        removeName()
        systemClose(listener)
    }

    private static func takeLock(_ name: String, in folder: ControlFolder, for path: String) throws -> Int32 {
        let file = openat(folder.descriptor, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == ELOOP { throw foreign("\(folder.path)/\(name)") }
            throw ControlError(
                code: "control.unavailable", message: "\(folder.path)/\(name) cannot be made: \(systemReason())")
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            systemClose(file)
            throw foreign("\(folder.path)/\(name)")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            systemClose(file)
            throw ControlError(
                code: "control.taken",
                message:
                    "another moongate holds \(path): stop it, or give this one a socket of its own (--control PATH)")
        }
        return file
    }

    private static func removeOld(_ name: String, in folder: ControlFolder, _ path: String) throws {
        guard let old = folder.status(of: name) else { return }
        guard old.st_mode & S_IFMT == S_IFSOCK, old.st_uid == geteuid() else { throw foreign(path) }
        guard unlinkat(folder.descriptor, name, 0) == 0 else {
            throw ControlError(code: "control.unavailable", message: "\(path) cannot be replaced: \(systemReason())")
        }
    }

    private static func foreign(_ path: String) -> ControlError {
        ControlError(
            code: "control.foreign",
            message: "\(path) is something else than what we put there: look what it is, then remove it")
    }

    private static func bind(_ name: String, in folder: ControlFolder, _ path: String) throws -> Int32 {
        var address = try folder.address(of: name)
        let file = unixSocket()
        let before = umask(0o077)
        defer { umask(before) }
        guard file >= 0, withAddress(&address, { systemBind(file, $0, $1) }) == 0, listen(file, 16) == 0 else {
            let reason = systemReason()
            if file >= 0 { systemClose(file) }
            throw ControlError(code: "control.unavailable", message: "\(path) cannot be made: \(reason)")
        }
        return file
    }
}

/// A socket that never blocks and that no child process gets.
func unixSocket() -> Int32 {
    #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
    #else
        let kind = SOCK_STREAM
    #endif
    let file = socket(AF_UNIX, kind, 0)
    if file >= 0 { neverBlock(file) }
    return file
}

/// Makes a descriptor ours alone and not blocking.
func neverBlock(_ file: Int32) {
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
}

/// An address in the form that the system takes.
func withAddress<R>(_ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}

func systemClose(_ file: Int32) { _ = close(file) }

private func systemBind(_ file: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(file, address, length)
}
