#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of a control socket, held open: what it was checked to be is what is used, whoever renames it meanwhile.
final class ControlFolder: Sendable {
    let path: String
    let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// A folder that is ours alone; made when it is not there.
    /// - Throws: ``ControlError`` when it is another's, a link, open to others, or cannot be made.
    static func own(_ path: String) throws -> ControlFolder {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ControlError(code: "control.unavailable", message: "\(path) cannot be made: \(systemReason())")
        }
        let folder = try open(path)
        var status = stat()
        guard fstat(folder.descriptor, &status) == 0, status.st_uid == geteuid() else {
            throw ControlError(
                code: "control.folder", message: "\(path) belongs to another user: remove it, or give --control PATH")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ControlError(
                code: "control.folder", message: "\(path) is open to other users: chmod 700 \(path)")
        }
        return folder
    }

    /// A folder as it is.
    /// - Throws: ``ControlError`` when it is not there or may not be entered.
    static func open(_ path: String) throws -> ControlFolder {
        let descriptor = systemOpen(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 { return ControlFolder(path: path, descriptor: descriptor) }
        switch errno {
        case ENOENT:
            throw ControlError(code: "control.notRunning", message: "\(path) is not there")
        case ELOOP, ENOTDIR:
            throw ControlError(
                code: "control.foreign", message: "\(path) is a link or no folder: remove it, or give --control PATH")
        case EACCES, EPERM:
            throw ControlError(code: "control.forbidden", message: "\(path) belongs to another user")
        default:
            throw ControlError(code: "control.unavailable", message: "\(path) cannot be opened: \(systemReason())")
        }
    }

    /// What lies under this name; `nil` for nothing. Links are not followed.
    func status(of name: String) -> stat? {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// The address of a socket in here. On Linux it goes through the handle, so neither the length of the path counts
    /// nor what others make of it.
    /// - Throws: ``ControlError`` where the system cannot hold it.
    func address(of name: String) throws -> sockaddr_un {
        #if os(Linux)
            let inHandle = access("/proc/self/fd/\(descriptor)", F_OK) == 0
            let text = inHandle ? "/proc/self/fd/\(descriptor)/\(name)" : "\(path)/\(name)"
        #else
            let text = "\(path)/\(name)"
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard text.utf8.count < room else {
            throw ControlError(
                code: "control.unavailable",
                message: "\(text) is too long for a socket (\(room - 1) bytes): give --control PATH")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.utf8) }
        return address
    }
}

/// What the system said last.
func systemReason() -> String { String(cString: strerror(errno)) }

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
