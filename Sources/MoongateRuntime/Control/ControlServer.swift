import MoongateTokens
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a request is answered.
enum ControlAnswer: Sendable {
    /// At once, on the connection's own thread: with every core and every script state busy, too.
    case now(JSONValue)
    /// By work that waits.
    case later(@Sendable () async -> JSONValue)
}

/// Serves a control socket on threads of its own, apart from those that answer requests, and runs no script to do so.
///
/// A connection is one line of JSON in and one out. Only our own user and root are answered.
final class ControlServer: Sendable {
    /// Connections at once; more are told so.
    static let connections = 8
    /// For a line to come, or to be taken.
    static let patience = Duration.seconds(5)
    /// For a reload, its scripts' own tests included.
    static let longest = Duration.seconds(120)

    private let socket: ControlSocket
    private let wakeUp: WakeUp
    private let answer: @Sendable (ControlRequest) -> ControlAnswer
    private let open = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    /// Where it listens.
    var path: String { socket.path }

    /// Binds and begins to answer.
    /// - Throws: ``ControlError``.
    init(_ path: String, answer: @escaping @Sendable (ControlRequest) -> ControlAnswer) throws {
        self.answer = answer
        socket = try ControlSocket(path)
        do {
            wakeUp = try WakeUp()
            try startThread { [self] in accept() }
        } catch {
            socket.close()
            throw ControlError(code: "control.unavailable", message: "\(error)")
        }
    }

    /// Takes the socket away. What is being answered is answered still. May be called twice.
    func stop() {
        guard !stopped.exchange(true, ordering: .relaxed) else { return }
        socket.removeName()  // here, since the process may end before the thread wakes
        wakeUp.stop()
    }

    private func accept() {
        defer { socket.close() }
        while true {
            switch wakeUp.wait(for: socket.listener, milliseconds: -1) {
            case .stopped: return
            case .nothing: continue
            case .changed: admit(systemAccept(socket.listener))
            }
        }
    }

    private func admit(_ file: Int32) {
        guard file >= 0 else {
            // Without a free descriptor the connection stays in the queue: no spinning meanwhile.
            if errno == EMFILE || errno == ENFILE { _ = wakeUp.wait(milliseconds: 100) }
            return
        }
        guard open.add(1, ordering: .relaxed).newValue <= Self.connections else {
            open.subtract(1, ordering: .relaxed)
            let connection = ControlConnection(file)
            connection.writeLine(
                Self.refusal(code: "control.busy", "too many commands at once: try again"), within: .zero)
            return
        }
        do {
            try startThread { [self] in
                serve(ControlConnection(file))
                open.subtract(1, ordering: .relaxed)
            }
        } catch {
            systemClose(file)
            open.subtract(1, ordering: .relaxed)
        }
    }

    private func serve(_ connection: consuming ControlConnection) {
        guard let peer = connection.peer, peer == geteuid() || peer == 0 else {
            connection.writeLine(
                Self.refusal(code: "control.forbidden", "only the server's own user and root may ask"),
                within: Self.patience)
            return
        }
        guard let line = connection.readLine(limit: ControlRequest.largest, within: Self.patience) else { return }
        guard line.count <= ControlRequest.largest else {
            connection.writeLine(
                Self.refusal(
                    code: "control.malformed", "a request has at most \(ControlRequest.largest) bytes"),
                within: Self.patience)
            return
        }
        connection.writeLine(respond(line), within: Self.patience)
    }

    private func respond(_ line: [UInt8]) -> [UInt8] {
        do {
            switch answer(try ControlRequest(parsing: line)) {
            case .now(let value): return value.canonicalBytes()
            case .later(let work): return wait(for: work)
            }
        } catch let error as ControlError {
            return Self.refusal(code: error.code, error.message)
        } catch {
            return Self.refusal(code: "control.malformed", "not a request")
        }
    }

    /// Waits on this thread, which is the connection's own.
    private func wait(for work: @escaping @Sendable () async -> JSONValue) -> [UInt8] {
        final class Outcome: Sendable {
            let value = Mutex<JSONValue?>(nil)
        }
        guard let done = try? WakeUp() else { return Self.refusal(code: "control.unavailable", "no pipe is free") }
        let outcome = Outcome()
        Task.detached {
            let value = await work()
            outcome.value.withLock { $0 = value }
            done.stop()
        }
        let end = ContinuousClock.now + Self.longest
        // A wait may end early, for a signal.
        while done.wait(milliseconds: 1000) != .stopped, ContinuousClock.now < end {}
        return outcome.value.withLock { $0 }?.canonicalBytes()
            ?? Self.refusal(code: "control.late", "it is still going on: `moongate status` will tell how it ended")
    }

    private static func refusal(code: String, _ message: String) -> [UInt8] {
        JSONValue.object(["error": .object(["code": .string(code), "message": .string(message)])]).canonicalBytes()
    }
}

private func systemAccept(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }
