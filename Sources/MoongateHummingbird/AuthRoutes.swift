import Hummingbird
import Moongate
import NIOCore

/// Answers everything below the engine's `basePath` and passes the rest on.
///
/// ```swift
/// let router = Router(context: AuthServerContext.self)
/// router.add(middleware: AuthRoutes(engine))
/// ```
///
/// The peer's address is taken from contexts that conform to `RemoteAddressRequestContext`; without it, development mode
/// cannot tell that a request is local by its connection and looks at the headers alone.
public struct AuthRoutes<Context: RequestContext>: RouterMiddleware {
    private let engine: Engine

    /// Routes of this engine.
    public init(_ engine: Engine, context: Context.Type = Context.self) { self.engine = engine }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard engine.handles(request.head.path ?? "") else { return try await next(request, context) }
        let peer = (context as? any RemoteAddressRequestContext)?.remoteAddress
        do {
            let authRequest = try await AuthRequest(request, peer: peer)
            return Response(
                await ClientPresence.answer(on: (context as? AuthServerContext)?.channel) { [engine] in
                    await engine.respond(to: authRequest)
                })
        } catch is BodyTooLarge {
            return .contentTooLarge
        }
    }
}
