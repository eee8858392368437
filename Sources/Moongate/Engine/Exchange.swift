import HTTPTypes
import Logging
import MoongateTokens

/// One request on its way through: what was parsed of it, and the cookies that go out with the answer.
///
/// A class, because it is handed through many asynchronous steps of one task: a reference instead of twenty fields.
final class Exchange {
    let request: AuthRequest
    let generation: Generation
    let engine: Engine
    let now: Timestamp
    let cookies: RequestCookies
    let path: Substring
    let queryText: Substring
    let pipeline: HookPipeline
    private(set) var query = FormFields()
    private(set) var body = RequestBody.none
    private(set) var csrf = CSRFToken(token: "", isNew: true)
    /// Where to go in the end: absolute, checked.
    private(set) var callbackURL: String
    var cookiesOut: [SetCookie] = []
    /// What has happened, for those who listen.
    var events: [AuthEvent] = []

    convenience init(_ request: AuthRequest, generation: Generation, engine: Engine) {
        self.init(request, cookies: RequestCookies(request.headers), generation: generation, engine: engine)
    }

    init(_ request: AuthRequest, cookies: RequestCookies, generation: Generation, engine: Engine) {
        self.request = request
        self.generation = generation
        self.engine = engine
        self.cookies = cookies
        now = engine.ports.clock.now()
        (path, queryText) = Route.split(request.target)
        pipeline = HookPipeline(generation, requestID: request.id)
        callbackURL = generation.originText
    }

    var configuration: Configuration { generation.configuration }
    var ports: Ports { engine.ports }
    var isSecure: Bool { generation.isSecure }

    /// Answers the request. Whatever goes wrong on the way ends here, in one place.
    func respond() async -> AuthResponse {
        defer { pipeline.end() }
        if let refusal = DevelopmentGuard.refusal(of: request, configuration) { return await refuse(refusal) }
        var response: AuthResponse
        if path == "/", request.method == .get {
            response = await answer { exchange in try await exchange.startPage() }
        } else if let route = Route(path: path, basePath: configuration.basePath), takesMethod(route) {
            response = await answer(route)
        } else {
            response = Self.badRequest
        }
        reportReservedClaims()
        if let id = request.id { response.headers.append(HTTPField(name: .requestID, value: id)) }
        if tellsGeneration { response.headers.append(HTTPField(name: .moongateGeneration, value: generation.id)) }
        return response
    }

    /// Only a trusted peer is told which generation answered.
    var tellsGeneration: Bool {
        guard !generation.configuration.trustedProxies.isEmpty, let peer = request.peer?.text else { return false }
        return ClientAddress.isTrusted(peer, configuration.trustedProxies)
    }

    /// A proxy may ask with whatever method its client used.
    private func takesMethod(_ route: Route) -> Bool {
        switch request.method {
        case .get, .post: true
        case .head: route.action.isFile || route.action == .verify
        default: route.action == .verify
        }
    }

    private func answer(_ route: Route) async -> AuthResponse {
        if route.action == .verify { return await answerVerify() }
        if route.action == .session {
            return await answerSession()
        }
        if let file = ClientFile(route.action), request.method != .post { return answer(file) }
        return await answer { exchange in
            try exchange.parse()
            let provider = try route.provider.map(exchange.provider)
            try exchange.readCSRF()
            try await exchange.readCallbackURL()
            return try await exchange.perform(route.action, provider)
        }
    }

    private func provider(_ id: String) throws -> Provider {
        guard let provider = generation.provider(id) else {
            throw Denial(.unknownProvider, "no provider of this name is configured")
        }
        return provider
    }

    private func answer(
        _ action: (Exchange) async throws -> ActionOutcome
    ) async -> AuthResponse {
        do {
            let outcome = try await action(self)
            return respond(with: outcome)
        } catch is BadRequest {
            return Self.badRequest
        } catch {
            return failure(error)
        }
    }

    /// Reads query and body.
    /// - Throws: ``BadRequest``.
    func parse() throws {
        query = FormFields(urlEncoded: queryText.utf8)
        guard !query.isCut else { throw BadRequest() }
        body = try RequestBody(of: request)
    }

    /// Takes the CSRF token of the browser, or makes one and has it set.
    func readCSRF() throws {
        let name = generation.cookies.csrf
        csrf = try CSRFToken.read(
            cookies, name: name, secrets: generation.configuration.secrets, random: engine.ports.random)
        if csrf.isNew {
            cookiesOut.append(
                SetCookie(name: name, value: csrf.cookieValue(configuration.secrets), secure: isSecure))
        }
    }

    /// Settles where to go in the end (contract 2.3): body, query, cookie, else the site's origin.
    func readCallbackURL() async throws {
        let cookie = cookies[generation.cookies.callbackURL]
        if let candidate = body["callbackUrl"] ?? query["callbackUrl"] ?? cookie {
            callbackURL = try await checkedRedirect(candidate)
        }
        if callbackURL != cookie {
            cookiesOut.append(SetCookie(name: generation.cookies.callbackURL, value: callbackURL, secure: isSecure))
        }
    }

    /// A URL through the `redirect` hooks and the one redirect check; the site's origin when it does not pass.
    ///
    /// A hook that fails leads to the site's origin, too: it must not keep anybody from signing out.
    /// - Throws: only what a later try could do better (no worker is free).
    func checkedRedirect(_ url: String, from source: String = "callbackUrl") async throws -> String {
        let chosen: String
        do {
            chosen = try await pipeline.redirect(RedirectInput(url: url, baseUrl: generation.originText)) ?? url
        } catch {
            let incident = Incident(error)
            guard !incident.isTransient else { throw error }
            report(incident, isRefusal: false)
            pipeline.end()
            return generation.originText
        }
        if let checked = RedirectCheck(configuration).resolve(chosen) { return checked }
        logger.warning(
            "A redirect elsewhere was replaced by the default page",
            metadata: [
                "code": .string(Denial.Code.foreignRedirect.name),
                "reason": "it came from \(chosen == url ? source : "the redirect hook")",
            ])
        return generation.originText
    }

    /// Refuses unless the request carries the token that this browser was given.
    func requireCSRF() throws {
        guard request.method == .post, csrf.matches(body["csrfToken"]) else {
            throw Denial(.csrf, "the csrfToken of the request is not the one in the cookie")
        }
    }

    var logger: Logger {
        var logger = engine.log
        logger[metadataKey: "requestId"] = .string(request.id ?? "-")
        return logger
    }

    func reportReservedClaims() {
        for attempt in pipeline.reservedAttempts where engine.isFirstReport("claims.reserved \(attempt.file)") {
            logger.warning(
                "A script tried to change reserved claims; they keep their value",
                metadata: [
                    "code": .string(Denial.Code.reservedClaim.name), "script": .string(attempt.file),
                    "claims": .string(attempt.claims.joined(separator: " ")),
                ])
        }
    }
}
