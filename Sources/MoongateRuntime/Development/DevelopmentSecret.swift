import Moongate
import MoongateTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The secret of development mode: made once, kept in a file of mode 0600 beside the configuration, so that sessions
/// outlive a restart and nobody has to think of one.
enum DevelopmentSecret {
    /// Relative to the configuration's folder.
    static let fileName = "moongate.dev-secret"

    /// Reads the file, or makes it. Several who begin at once, in one process or in many, get the same secret.
    /// - Throws: ``SiteError`` when the folder cannot be written or the file is not ours alone.
    static func obtain(in directory: String) throws -> Secret {
        let path = "\(directory)/\(fileName)"
        if let secret = try existing(at: path) { return secret }
        try make(at: path)
        guard let secret = try existing(at: path) else { throw refusal(path, "written", ENOENT) }
        return secret
    }

    private static func existing(at path: String) throws -> Secret? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            guard errno == ENOENT else { throw refusal(path, "read", errno) }
            return nil
        }
        defer { close(file) }
        return try read(file, path)
    }

    /// The file appears under its name with all that it holds, or not at all: nobody reads half a secret. Whoever comes
    /// second leaves the first one's in place.
    private static func make(at path: String) throws {
        let draft = "\(path).\(Base64URL.encode(try randomBytes(9)))"
        let made = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard made >= 0 else { throw refusal(path, "written", errno) }
        defer {
            close(made)
            unlink(draft)
        }
        let bytes = Array((Base64.encode(try randomBytes(32)) + "\n").utf8)
        guard write(made, bytes, bytes.count) == bytes.count else {
            throw SiteError("\(path) could not be written: is the disk full?")
        }
        if link(draft, path) == 0 || errno == EEXIST { return }
        // Where files have one name only, who comes second may take the first one's place.
        guard rename(draft, path) == 0 else { throw refusal(path, "written", errno) }
    }

    private static func refusal(_ path: String, _ what: String, _ code: Int32) -> SiteError {
        SiteError(
            "development mode keeps its secret in \(path), which cannot be \(what) (\(String(cString: strerror(code))))"
                + ": work in a folder of your own, or set AUTH_SECRET")
    }

    private static func read(_ file: Int32, _ path: String) throws -> Secret {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid()
        else {
            throw SiteError("\(path) must be yours and readable by you alone: chmod 600 \(path), or delete it")
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fill(&bytes, from: file)
        let text = String(decoding: bytes.prefix(max(count, 0)).filter { $0 > 0x20 }, as: UTF8.self)
        guard text.utf8.count >= 32 else {
            throw SiteError("\(path) does not hold a secret: delete it, and the next start makes a new one")
        }
        return Secret(text)
    }

    private static func fill(_ bytes: inout [UInt8], from file: Int32) -> Int {
        bytes.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
                Glibc.read(file, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
                Musl.read(file, buffer.baseAddress, buffer.count)
            #else
                Darwin.read(file, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}
