import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where to listen. Port 0 is settled before anything is loaded, because the site's url holds the port.
struct Listener: Sendable {
    let host: String
    let port: Int

    static func prepare(host: String, port: Int) throws -> Listener {
        guard port == 0 else { return Listener(host: host, port: port) }
        guard let free = freePort() else {
            throw CommandFailure(.couldNotRun, "moongate: the system has no free port to give")
        }
        return Listener(host: host, port: free)
    }

    /// Asks the system for a port by binding to 0 on loopback and letting go again.
    private static func freePort() -> Int? {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(file, generic, length) == 0 && getsockname(file, generic, &length) == 0
            }
        }
        return bound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    /// What went wrong when the server could not start, and what to do about it.
    func sentence(for error: any Error) -> String {
        guard let failure = error as? IOError else { return "the server ended: \(error)" }
        switch failure.errnoCode {
        case EADDRINUSE:
            return "port \(port) is in use. Stop what listens there (`ss -ltnp 'sport = :\(port)'` names it), "
                + "or take another: PORT=\(port + 1) make run, or --port \(port + 1)"
        case EACCES:
            return "port \(port) needs more rights than this user has. Take one from 1024 on: --port 3000"
        case EADDRNOTAVAIL:
            return "\(host) is not an address of this machine. Leave --host out for 127.0.0.1"
        default: return "cannot listen on \(host):\(port): \(failure)"
        }
    }
}
