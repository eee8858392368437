import HTTPTypes
import MoongateTokens

extension Exchange {
    /// E5, for one provider alone with `?provider=`; with `?prompt=login` providers ask again who is signed in there already
    /// (OpenID Connect Core 3.1.2.1). And, in development mode, the link of the terminal: `?key=…` is exchanged for a cookie,
    /// so that the key stays out of the history and of referrers.
    func signInPage() throws -> ActionOutcome {
        if let development = configuration.development, let key = query["key"] {
            guard development.matches(key) else {
                throw Denial(.developmentKey, "the key of the link is not the one of this start")
            }
            cookiesOut.append(
                SetCookie(
                    name: generation.cookies.developmentKey, value: key, secure: isSecure, sameSite: .strict))
            return .redirect(absolute(configuration.basePath + "/signin"))
        }
        let chosen = query["provider"].flatMap(generation.provider)
        let asksAnew = query["prompt"] == "login"
        if let page = configuration.pages.signIn {
            var parameters = [("callbackUrl", callbackURL)]
            if let error = query["error"] { parameters.append(("error", error)) }
            if let chosen { parameters.append(("provider", chosen.id)) }
            if asksAnew { parameters.append(("prompt", "login")) }
            return .redirect(adding(parameters, to: page))
        }
        let base = generation.originText + configuration.basePath
        let forms = (chosen.map { [$0] } ?? configuration.providers).map {
            SignInForm($0, baseUrl: base, asksForKey: !hasDevelopmentKey, asksAnew: asksAnew)
        }
        return .page(
            generation.pages.signIn(
                SignInPage(
                    csrfToken: csrf.token, callbackUrl: callbackURL, forms: forms, error: query["error"],
                    formTargets: formTargets)))
    }

    /// Where a form of ours may lead by a redirect: Content-Security-Policy's `form-action` looks at the whole chain.
    private var formTargets: [String] {
        configuration.providers.compactMap { provider in
            guard case .oidc(let oidc) = provider.kind else { return nil }
            return Origin.prefix(of: Array(oidc.issuer.utf8))?.origin.description
        }
    }

    /// The browser brought this start's key by the link of the terminal.
    var hasDevelopmentKey: Bool {
        guard let key = cookies[generation.cookies.developmentKey] else { return false }
        return configuration.development?.matches(key) ?? false
    }

    /// The page of a custom path, relative where the path is (contract 1.4).
    func adding(_ parameters: [(String, String)], to page: String) -> String {
        parameters.reduce(page) { url, parameter in
            url + (url.contains("?") ? "&" : "?") + parameter.0 + "=" + PercentCoding.encodeComponent(parameter.1)
        }
    }

    /// `/`: who is signed in, and the session as a client sees it.
    func startPage() async throws -> ActionOutcome {
        try readCSRF()
        let read: SessionAnswer
        do {
            read = try await readSession(update: nil)
        } catch {
            report(Incident(error), isRefusal: false)
            cookiesOut = []
            return .page(
                generation.pages.unavailable(
                    incident: request.id, detail: request.id.flatMap { engine.detail(of: $0) }))
        }
        cookiesOut += read.cookies
        let user = (try? Claims(parsing: read.body))?["user"]
        return .page(
            generation.pages.start(
                StartPage(
                    session: read.body, userName: user?["name"]?.stringValue, userEmail: user?["email"]?.stringValue,
                    signOutUrl: absolute(configuration.basePath + "/signout"),
                    csrfToken: csrf.token, isDevelopment: configuration.development != nil,
                    refusedFiles: engine.refusedFiles)))
    }
}

extension DevelopmentMode {
    /// Compares in constant time.
    func matches(_ key: String) -> Bool { constantTimeEqual(Array(key.utf8), key: self.key) }

    private func constantTimeEqual(_ bytes: [UInt8], key: Secret) -> Bool {
        MoongateTokens.constantTimeEqual(bytes, key.bytes)
    }
}
