import HTTPTypes
import Hummingbird
import Moongate

/// Lets through what the site's access rules allow, and answers everything else itself: pages are sent to sign in, programs
/// get 401 or 403 with `WWW-Authenticate`, what could not be judged is 503.
///
/// ```swift
/// router.add(middleware: AuthRoutes(moongate.engine))
/// router.add(middleware: SessionMiddleware(moongate.engine))
/// router.add(middleware: RulesMiddleware(moongate.engine))
/// ```
///
/// It judges every request that reaches it, so it stands behind ``AuthRoutes``: the sign-in page itself must not need a
/// session. A session that rules read is the one that `context.auth` gives, read once; its cookies go out once. The routes
/// behind find the header fields of `inject` in the request, and never those that a client sent.
///
/// Hummingbird's router answers `/me/` with the handler of `/me`, and rules know them as two paths: a guarded route that has
/// a wider one beside it is written `/me/**`, which is both.
///
/// The client's address is the peer's, or what `trustedProxies` say of it, where the context conforms to
/// `RemoteAddressRequestContext`; elsewhere nobody knows it, and no `network` holds.
public struct RulesMiddleware<Context: AuthRequestContext>: RouterMiddleware {
    private let engine: Engine

    /// The rules of this engine.
    public init(_ engine: Engine, context: Context.Type = Context.self) { self.engine = engine }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Without the other middleware this one reads and sends cookies alike.
        guard context.auth.reading?.engine === engine else {
            return try await SessionMiddleware(engine, context: Context.self).handle(request, context: context) {
                try await handle($0, context: $1, next: next)
            }
        }
        let reading = try context.auth.installed()
        let asked = reading.request
        // One generation to the end: for the session, where somebody read it before, and for the words of a refusal.
        let generation = reading.generation
        let canonical = Result { () throws(Denial) in
            try CanonicalRequest(asked, trustedProxies: generation.configuration.trustedProxies)
        }
        let judgement = await engine.judge(
            canonical, asked: asked, knowing: await reading.known(), on: generation)
        let decision = judgement.decision
        // What could not be judged sets no cookie.
        if decision.verdict != .error, let session = judgement.session { reading.adopt(session) }
        guard decision.isAllowed else { return Self.refusal(judgement, asked, generation.configuration) }
        var head = request.head
        decision.setIdentity(in: &head.headerFields)
        return try await next(Request(head: head, body: request.body), context)
    }

    private static func refusal(
        _ judgement: Judgement, _ asked: AuthRequest, _ configuration: Configuration
    ) -> Response {
        let client = DecisionClient(method: asked.method.rawValue, headers: asked.headers, relay: .none)
        let address = judgement.request.map {
            SignInAddress.url(of: $0, authority: asked.authority, configuration.origin)
        }
        var answer = judgement.decision.response(
            for: client, signIn: SignInAddress(configuration, returningTo: address))
        // They are sent along by whoever gave the session to the context.
        answer.headers[.setCookie] = nil
        return Response(answer)
    }
}
