import Hummingbird
import Moongate

/// Gives `context.auth` to the routes behind it, and sends along what a session read has to say: re-issued cookies, and
/// the removal of those that are no session any more.
///
/// ```swift
/// router.add(middleware: SessionMiddleware(moongate.engine))
/// router.get("/me") { _, context in try await context.auth.user(as: Profile.self).role }
/// ```
///
/// A request whose handler does not ask pays nothing: no cookie is looked at. Where the session was asked for, the answer
/// says `Cache-Control: private, no-cache`, unless the handler says something itself; and an answer with a session's
/// cookie is never left to shared caches. Cookies go out with thrown errors, too, if they say how to answer (`HTTPError`
/// and others of `HTTPResponseError`); what else is thrown stays as it is, and the browser keeps the cookie it has.
public struct SessionMiddleware<Context: AuthRequestContext>: RouterMiddleware {
    private let engine: Engine

    /// Sessions of this engine.
    public init(_ engine: Engine, context: Context.Type = Context.self) { self.engine = engine }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if context.auth.reading?.engine === engine { return try await next(request, context) }
        let reading = SessionReading(engine, head: request.head) { [context] in
            SessionReading.Origin(
                peer: (context as? any RemoteAddressRequestContext)?.remoteAddress.flatMap { PeerAddress($0) },
                logger: context.logger)
        }
        var inner = context
        inner.auth = AuthContext(reading)
        do {
            var response = try await next(request, inner)
            reading.fields?.add(to: &response.headers)
            return response
        } catch {
            guard let fields = reading.fields else { throw error }
            throw Self.adding(fields, to: error)
        }
    }

    private static func adding(_ fields: SessionFields, to error: any Error) -> any Error {
        switch error {
        case var error as HTTPError:
            fields.add(to: &error.headers)
            return error
        case let error as any HTTPResponseError: return AnsweredError(original: error, fields: fields)
        default: return error
        }
    }
}
