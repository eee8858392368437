import Glibc
import Synchronization

/// A server on loopback with one thread for any number of connections. The handler maps a request to an answer and a
/// delay.
final class AnsweringServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Never: the connection stays silent until the peer closes it.
        var delay: Duration? = .zero

        static func text(_ text: String, type: String = "text/plain") -> Answer {
            Answer(headers: [("Content-Type", type)], body: Array(text.utf8))
        }
        static func json(_ text: String) -> Answer { .text(text, type: "application/json") }
        static func redirect(_ status: Int, _ to: String) -> Answer {
            Answer(status: status, headers: [("Location", to)])
        }
        static var silence: Answer { Answer(delay: nil) }
    }

    typealias Handler = @Sendable (Request) -> Answer

    let port: UInt16
    private let listener: Int32
    private let handler: Handler
    private let seen = Mutex<[Request]>([])
    private let closedCount = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    /// Every request that has come, whole.
    var requests: [Request] { seen.withLock { $0 } }
    /// How many connections the peers have closed.
    var closed: Int { closedCount.load(ordering: .acquiring) }
    var authority: String { "127.0.0.1:\(port)" }
    func url(_ path: String = "/", host: String = "127.0.0.1") -> String { "http://\(host):\(port)\(path)" }

    init(_ handler: @escaping Handler) throws {
        self.handler = handler
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (opened, size) = (listener, length)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(opened, generic, size) == 0 && listen(opened, 4_096) == 0
                    && getsockname(opened, generic, &length) == 0
            }
        }
        guard bound else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        let handed = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<AnsweringServer>.fromOpaque(raw).takeRetainedValue().loop() }
                return nil
            }, handed)
        pthread_detach(thread)
    }

    struct Failure: Error {}

    func stop() { stopped.store(true, ordering: .releasing) }

    private func loop() {
        var pending: [Int32: [UInt8]] = [:]
        var due: [(at: ContinuousClock.Instant, socket: Int32, bytes: [UInt8])] = []
        while !stopped.load(ordering: .acquiring) {
            var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            polled += pending.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, nfds_t(polled.count), 2)
            for entry in polled where entry.revents != 0 {
                if entry.fd == listener { accept(&pending) } else { read(entry.fd, &pending, &due) }
            }
            let now = ContinuousClock.now
            for entry in due where entry.at <= now && pending[entry.socket] != nil {
                send(entry.bytes, to: entry.socket)
            }
            due.removeAll { $0.at <= now }
        }
        for socket in pending.keys { close(socket) }
        close(listener)
    }

    private func accept(_ pending: inout [Int32: [UInt8]]) {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            _ = fcntl(socket, F_SETFL, O_NONBLOCK)
            pending[socket] = []
        }
    }

    private func read(
        _ socket: Int32, _ pending: inout [Int32: [UInt8]],
        _ due: inout [(at: ContinuousClock.Instant, socket: Int32, bytes: [UInt8])]
    ) {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else {
            pending[socket] = nil
            closedCount.add(1, ordering: .releasing)
            close(socket)
            return
        }
        pending[socket, default: []] += chunk.prefix(count)
        while let (request, length) = Self.parse(pending[socket] ?? []) {
            pending[socket]?.removeFirst(length)
            seen.withLock { $0.append(request) }
            let answer = handler(request)
            if let delay = answer.delay {
                due.append((.now + delay, socket, Self.bytes(answer, to: request)))
            }
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (Request, Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let lines = parts[0].split(separator: "\r\n")
        let first = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] = pair.count == 2 ? String(pair[1].drop { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        let start = parts[0].utf8.count + 4
        guard bytes.count >= start + length else { return nil }
        let body = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
        let request = Request(method: String(first[0]), path: String(first[1]), headers: headers, body: body)
        return (request, start + length)
    }

    private static func bytes(_ answer: Answer, to request: Request) -> [UInt8] {
        let head = answer.headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        let text = "HTTP/1.1 \(answer.status) X\r\n\(head)Content-Length: \(answer.body.count)\r\n\r\n"
        return Array(text.utf8) + (request.method == "HEAD" ? [] : answer.body)
    }

    private func send(_ bytes: [UInt8], to socket: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EAGAIN { return }
        }
    }
}
