import MoongateTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks a running server, as `moongate reload`, `rollback` and `status` do.
public struct ControlClient: Sendable {
    /// Bytes of an answer.
    static let largest = 16 << 20

    /// The socket's path.
    public let path: String

    /// A client for the server that listens here.
    public init(path: String) { self.path = path }

    /// Sends one request and waits for its answer; blocks the calling thread meanwhile.
    /// - Throws: ``ControlError``: nobody listens, or what answers does not speak as a server does.
    public func ask(_ request: ControlRequest) throws -> [String: JSONValue] {
        let connection = try connect()
        // A server that has no place for us says so and hangs up, perhaps before it was asked: what it said is there to read.
        let isTaken = connection.writeLine(request.line, within: .seconds(5))
        let patience: Duration = request == .status ? .seconds(10) : .seconds(130)
        guard let line = connection.readLine(limit: Self.largest, within: isTaken ? patience : .seconds(1)),
            case .object(let members)? = try? JSONValue(parsing: line)
        else {
            throw ControlError(
                code: "control.answer", message: "\(path) \(isTaken ? "gives no answer" : "takes no request")")
        }
        guard case .object(let error)? = members["error"] else { return members }
        throw ControlError(
            code: error["code"]?.stringValue ?? "control.answer", message: error["message"]?.stringValue ?? "refused")
    }

    private func connect() throws -> ControlConnection {
        let (folderPath, name) = ControlPath.split(path)
        do {
            let folder = try ControlFolder.open(folderPath)
            var address = try folder.address(of: name)
            let file = unixSocket()
            guard file >= 0 else {
                throw ControlError(code: "control.unavailable", message: "no socket: \(systemReason())")
            }
            let connection = ControlConnection(file)
            // The folder is held open until the connection stands.
            let reason = withExtendedLifetime(folder) {
                withAddress(&address) { systemConnect(file, $0, $1) == 0 ? 0 : errno }
            }
            guard reason == 0 else { throw refusal(reason) }
            return connection
        } catch let error as ControlError where error.code == "control.notRunning" {
            throw notRunning
        }
    }

    private func refusal(_ reason: Int32) -> ControlError {
        switch reason {
        case ENOENT, ECONNREFUSED: notRunning
        case EACCES, EPERM:
            ControlError(
                code: "control.forbidden", message: "\(path) belongs to another user: ask as that user or root")
        case EAGAIN: ControlError(code: "control.busy", message: "too many commands at once: try again")
        default: ControlError(code: "control.unavailable", message: "\(path): \(String(cString: strerror(reason)))")
        }
    }

    private var notRunning: ControlError {
        ControlError(
            code: "control.notRunning",
            message: "no moongate listens on \(path): start `moongate serve` there, or name its socket with --control")
    }
}

private func systemConnect(_ file: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(file, address, length)
}
