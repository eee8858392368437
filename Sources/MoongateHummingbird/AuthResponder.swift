import HTTPTypes
import Hummingbird
import Moongate
import NIOCore

/// The whole of `moongate serve` in one responder: the engine's endpoints, the start page, `/healthz` and `/readyz`.
public struct AuthResponder: HTTPResponder {
    private let engine: Engine
    private let readiness: @Sendable () async -> Bool

    /// - Parameters:
    ///   - engine: Answers the endpoints and the start page.
    ///   - readiness: Whether the store can answer; asked by `/readyz`.
    public init(_ engine: Engine, readiness: @escaping @Sendable () async -> Bool) {
        self.engine = engine
        self.readiness = readiness
    }

    public func respond(to request: Request, context: AuthServerContext) async throws -> Response {
        let target = request.head.path ?? ""
        if engine.handles(target) || target == "/" || target.hasPrefix("/?") {
            do {
                let authRequest = try await AuthRequest(request, peer: context.remoteAddress)
                return Response(
                    await ClientPresence.answer(on: context.channel) { [engine] in
                        await engine.respond(to: authRequest)
                    })
            } catch is BodyTooLarge {
                return .contentTooLarge
            }
        }
        switch request.uri.path {
        case "/healthz": return Self.status(.ok, "ok")
        case "/readyz":
            return await readiness() ? Self.status(.ok, "ready") : Self.status(.serviceUnavailable, "not ready")
        default: return Self.status(.notFound, "Not found")
        }
    }

    private static func status(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}
