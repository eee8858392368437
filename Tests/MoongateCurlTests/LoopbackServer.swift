import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A server on 127.0.0.1 that answers by path, well or badly. One thread per connection; stops with the process'
/// sockets when `stop` is called.
final class LoopbackServer: Sendable {
    /// What a handler may do with one request.
    struct Exchange {
        let socket: Int32
        let head: String
        let body: [UInt8]

        func send(_ text: String) { send(Array(text.utf8)) }

        /// `false` when the peer has gone.
        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { raw in
                    Glibc.send(socket, raw.baseAddress, raw.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }

        func answer(status: String = "200 OK", headers: String = "", _ body: String) {
            send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }

        /// Waits until the peer closes; at most as long as the test runs.
        func waitForClose() {
            var byte: UInt8 = 0
            while recv(socket, &byte, 1, 0) > 0 {}
        }

        /// Closes with RST instead of FIN.
        func reset() {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
    }

    /// Returns whether the connection stays open.
    typealias Handler = @Sendable (Exchange) -> Bool

    let port: UInt16
    private let listener: Int32
    private let handler: Handler
    private let accepted = Atomic<Int>(0)
    private let closed = Atomic<Int>(0)

    /// How many connections have come.
    var connections: Int { accepted.load(ordering: .acquiring) }
    /// How many of them have ended.
    var ended: Int { closed.load(ordering: .acquiring) }

    init(_ handler: @escaping Handler) throws {
        self.handler = handler
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (opened, size) = (listener, length)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(opened, generic, size) == 0 && listen(opened, 512) == 0
                    && getsockname(opened, generic, &length) == 0
            }
        }
        guard bound else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
        detach { [self] in acceptLoop() }
    }

    struct Failure: Error {}

    func url(_ path: String, host: String = "127.0.0.1") -> String { "http://\(host):\(port)\(path)" }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func acceptLoop() {
        while true {
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { break }
            accepted.add(1, ordering: .releasing)
            detach { [self] in
                serve(peer)
                close(peer)
                closed.add(1, ordering: .releasing)
            }
        }
        close(listener)
    }

    private func serve(_ peer: Int32) {
        var pending: [UInt8] = []
        while let exchange = readRequest(peer, &pending), handler(exchange) {}
    }

    private func readRequest(_ peer: Int32, _ pending: inout [UInt8]) -> Exchange? {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let text = String(decoding: pending, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let length =
                    head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
                let start = head.utf8.count + 4
                if pending.count >= start + length {
                    let body = Array(pending[start..<start + length])
                    pending.removeFirst(start + length)
                    return Exchange(socket: peer, head: head, body: body)
                }
            }
            let count = recv(peer, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            pending.append(contentsOf: chunk.prefix(count))
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private func detach(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let handed = Unmanaged.passRetained(Work(work)).toOpaque()
        pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().run() }
                return nil
            }, handed)
        pthread_detach(thread)
    }
}

extension String {
    /// Foundation's search, for ASCII needles only.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        let (hay, wanted) = (utf8, Array(needle.utf8))
        var index = hay.startIndex
        while index < hay.endIndex {
            if hay[index...].starts(with: wanted) {
                return index..<hay.index(index, offsetBy: wanted.count)
            }
            index = hay.index(after: index)
        }
        return nil
    }
}
