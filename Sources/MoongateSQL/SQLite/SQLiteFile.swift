import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is done with the file before SQLite sees it: made with mode 0600, or refused with a sentence that helps.
///
/// An existing file is looked at by name only. Opening and closing it here would drop the locks that another connection
/// of this process holds on it: POSIX gives locks to the process, not to the descriptor.
enum SQLiteFile {
    /// Makes sure that a usable file lies at `path`. `-wal` and `-shm` beside it take over its mode.
    static func prepare(_ path: String) throws {
        try checkFolder(of: path)
        if try isRegularFile(path) {
            guard access(path, R_OK | W_OK) == 0 else { throw refusal(errno, path) }
            return
        }
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw refusal(errno, path)
        } else if try !isRegularFile(path) {  // another process was first, unless it is a link to nowhere
            throw StoreError(.configuration, "database \(path) is a link to a file that is not there: remove it")
        }
    }

    /// Whether something is there; what is no regular file is refused.
    private static func isRegularFile(_ path: String) throws -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw refusal(errno, path)
        }
        if status.st_mode & S_IFMT == S_IFREG { return true }
        let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
        throw StoreError(.configuration, "database \(path) is \(kind): name a file, as in sqlite:\(path)/moongate.db")
    }

    private static func checkFolder(of path: String) throws {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        // SQLite makes -wal and -shm beside the file, so a writable file is not enough.
        guard access(folder, W_OK | X_OK) == 0 else { throw refusal(errno, path, folder: folder) }
    }

    /// What a failed system call means to the operator.
    static func refusal(_ code: CInt, _ path: String, folder: String? = nil) -> StoreError {
        let what = folder.map { "the folder \($0) of database \(path)" } ?? "database \(path)"
        let advice =
            switch code {
            case EACCES, EPERM: "cannot be written by user \(geteuid()): give it to that user, or name another path"
            case EROFS: "is on a read-only file system: name a path on one that can be written"
            case ENOENT: "does not exist: make it, or name another path"
            case ENOTDIR: "runs through something that is no folder: name another path"
            case ENAMETOOLONG: "has too long a name: name a shorter path"
            case ELOOP: "goes round in a circle of links: name another path"
            case ENOSPC, EDQUOT: "finds no room: free some space on the disk"
            default: "cannot be used (errno \(code)): look at its permissions, or name another path"
            }
        return StoreError(.configuration, "\(what) \(advice)")
    }
}
