import HTTPTypes
import Hummingbird
import Moongate
import NIOCore

extension AuthRequest {
    /// Takes over a request: target and header fields as received, the body of a POST up to
    /// ``AuthRequest/maximumBodyBytes``.
    /// - Throws: ``BodyTooLarge``.
    init(_ request: Request, peer: SocketAddress?) async throws {
        var body: [UInt8] = []
        if request.method == .post {
            if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maximumBodyBytes {
                throw BodyTooLarge()
            }
            do {
                let buffer = try await request.body.collect(upTo: Self.maximumBodyBytes)
                body = Array(buffer.readableBytesView)
            } catch is NIOTooManyBytesError {
                throw BodyTooLarge()
            }
        }
        self.init(
            method: request.method, target: request.head.path ?? "", authority: request.head.authority,
            headers: request.headers, body: body, peer: peer.flatMap { PeerAddress($0) })
    }
}

/// The body is over 64 KiB: 413.
struct BodyTooLarge: Error {}

extension Response {
    /// An engine's answer as a Hummingbird response.
    init(_ response: AuthResponse) {
        self.init(
            status: response.status, headers: response.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
    }

    /// 413 with a sentence.
    static var contentTooLarge: Response {
        Response(
            status: .contentTooLarge, headers: [.contentType: "application/json", .connection: "close"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"message":"The body is larger than 64 KiB."}"#)))
    }
}
