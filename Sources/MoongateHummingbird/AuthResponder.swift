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
        var answer =
            switch request.uri.path {
            case "/healthz": Self.status(.ok, "ok")
            case "/readyz":
                await readiness() ? Self.status(.ok, "ready") : Self.status(.serviceUnavailable, "not ready")
            default: Self.status(.notFound, "Not found")
            }
        if request.method == .head { answer.leaveOutBody() }
        return Response(answer)
    }

    private static func status(_ status: HTTPResponse.Status, _ text: String) -> AuthResponse {
        AuthResponse(
            status: status, headers: [.contentType: "text/plain", .cacheControl: "no-store"],
            body: Array((text + "\n").utf8))
    }
}
