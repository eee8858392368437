import HTTPTypes
import Moongate
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// HTTP/1 on plain SwiftNIO, a task for each connection. A request is taken when the answer before it has been written, so
/// a client that does not read is not read from either.
struct NIOServer: Service {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    let port: Int
    let respond: @Sendable (AuthRequest) async -> AuthResponse

    func run() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        print("http://localhost:\(server.channel.localAddress?.port ?? port)")
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { tasks in
                // Ends with the last connection, when the program is told to stop.
                do {
                    for try await connection in connections.cancelOnGracefulShutdown() {
                        tasks.addTask { try? await serve(connection) }
                    }
                } catch {}
            }
        }
    }

    private func serve(_ connection: Connection) async throws {
        let peer = connection.channel.remoteAddress?.ipAddress.map { PeerAddress($0) }
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            var surplus = 0  // bytes of a body that was refused
            for try await part in inbound.cancelOnGracefulShutdown() {
                switch part {
                case .head(let next):
                    (head, body) = (next, [])
                    // RFC 9110 section 10.1.1: whoever asks before sending a body is told to send it.
                    if next.headers.contains(name: "expect") {
                        try await outbound.write(.head(HTTPResponseHead(version: next.version, status: .continue)))
                    }
                case .body(let bytes) where surplus > 0:
                    // What is still under way is read, so that the client gets to see the answer; but not for ever.
                    surplus += bytes.readableBytes
                    if surplus > 1 << 20 { return }
                case .body(let bytes) where body.count + bytes.readableBytes > AuthRequest.maximumBodyBytes:
                    guard let head else { return }
                    surplus = bytes.readableBytes
                    try await outbound.write(contentsOf: Self.tooLarge.parts(for: head, isLast: true))
                case .body(let bytes):
                    body += bytes.readableBytesView
                case .end:
                    guard let request = head, surplus == 0 else { return }
                    let answer = await respond(AuthRequest(request, body: body, peer: peer))
                    try await outbound.write(contentsOf: answer.parts(for: request, isLast: !request.isKeepAlive))
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    private static let tooLarge = AuthResponse(
        status: .contentTooLarge, headers: [.contentType: "application/json"],
        body: Array(#"{"message":"The body is larger than 64 KiB."}"#.utf8))
}
