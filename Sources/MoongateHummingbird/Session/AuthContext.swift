import Hummingbird
import Moongate

/// Who is signed in, asked of a request's context.
///
/// Nothing is read before somebody asks, and then once: the hooks of a request run at most one time, however many
/// middleware and handlers ask, also at the same moment. Ask before the response is returned: while its body is written,
/// a cookie can no longer be sent.
public struct AuthContext: Sendable {
    /// `nil` until ``SessionMiddleware`` has seen the request.
    let reading: SessionReading?

    /// A context that ``SessionMiddleware`` has not seen yet.
    public init() { reading = nil }

    init(_ reading: SessionReading) { self.reading = reading }

    /// The session after all hooks, as `{basePath}/session` tells it to a client; `nil` when nobody is signed in.
    /// - Throws: `HTTPError` 503 with `Retry-After` when a hook or the store failed: nobody is signed out by that, and
    ///   nobody is let in. ``SessionMiddlewareMissing`` when the middleware is not installed.
    public func session() async throws -> Claims? { try await installed().read().session }

    /// `session.user` as a type of yours. Its members are what the `session` hooks made of them.
    ///
    /// ```swift
    /// router.get("/me") { _, context in try await context.auth.user(as: Profile.self).role }
    /// ```
    ///
    /// - Throws: `HTTPError`: 401 when nobody is signed in, 503 as ``session()``, 500 when the user is not of this type;
    ///   the log then names the member.
    public func user<User: Decodable>(as type: User.Type) async throws -> User {
        guard let user = try await optionalUser(as: type) else {
            throw HTTPError(.unauthorized, message: "Nobody is signed in.")
        }
        return user
    }

    /// As ``user(as:)``, with `nil` when nobody is signed in: for pages that everybody may see.
    public func optionalUser<User: Decodable>(as type: User.Type) async throws -> User? {
        let reading = try installed()
        guard let session = try await reading.read().session else { return nil }
        do {
            guard let user = session["user"] else { throw SessionUserMissing() }
            return try user.decode(type)
        } catch {
            let problem = SessionUserProblem(error, type: "\(type)")
            reading.logger.error("The session is not what this route expects", metadata: ["reason": "\(problem)"])
            throw HTTPError(.internalServerError, message: "The session is not what this route expects.")
        }
    }

    /// The claims of the session token, from the cookie or `Authorization: Bearer`: no hooks run, nothing is re-issued.
    /// `nil` where there is none, and always with strategy `database`, whose cookie is no token.
    /// - Throws: ``SessionMiddlewareMissing``.
    public func token() throws -> Claims? {
        let reading = try installed()
        return reading.engine.token(from: reading.head.headerFields)
    }

    func installed() throws -> SessionReading {
        guard let reading else { throw SessionMiddlewareMissing() }
        return reading
    }
}
