import HTTPTypes
import MoongateTokens

extension Exchange {
    /// E8: checks are drawn and sealed, each into its own cookie, and the browser goes to the provider.
    func beginOIDC(_ provider: Provider, _ oidc: OIDCConfiguration) async throws -> ActionOutcome {
        let begin = try await client(provider, oidc).begin(
            redirectURI: redirectURI(provider), requestParameters: query.pairs.map { ($0.name, $0.value) })
        try setCheck(generation.keys.state, begin.state, provider)
        try setCheck(generation.keys.nonce, begin.nonce, provider, maxAge: nil)  // contract 2.1: `Expires` alone
        try setCheck(generation.keys.pkce, begin.codeVerifier, provider)
        return .redirect(begin.url)
    }

    /// E11: from the authorization response to a session. The state is burnt by its first use, whatever comes after.
    func finishOIDC(_ provider: Provider, _ oidc: OIDCConfiguration) async throws -> ActionOutcome {
        guard request.method == .get else { throw Denial(.badResponse, "the provider's answer comes by GET") }
        if let state = query["state"], engine.usedStates.contains(state, now: now) {
            throw Denial(.replayed, "this answer has been used")
        }
        let state = try openCheck(generation.keys.state, oidc, .state, provider, .stateCookie)
        let nonce = try openCheck(generation.keys.nonce, oidc, .nonce, provider, .nonceCookie)
        let verifier = try openCheck(generation.keys.pkce, oidc, .pkce, provider, .pkceCookie)
        if let state, query["state"] == state, !engine.usedStates.take(state, now: now) {
            throw Denial(.replayed, "this answer has been used")
        }
        let identity = try await client(provider, oidc).finish(
            parameters: query.pairs.map { ($0.name, $0.value) }, redirectURI: redirectURI(provider), state: state,
            nonce: nonce, codeVerifier: verifier)
        for check in [generation.keys.state, generation.keys.nonce, generation.keys.pkce]
        where cookies.raw(check.name) != nil {
            cookiesOut.append(.deletion(of: check.name, secure: isSecure))
        }
        var user = identity.user
        user.id = try UUIDv4.make(ports.random)
        var account = Claims(identity.tokenResponse)
        account["provider"] = .string(provider.id)
        account["type"] = "oidc"
        account["providerAccountId"] = .string(identity.providerAccountId)
        account["expires_at"] = identity.tokens.expiresAt.map(JSONValue.integer)
        return try await complete(
            SignInAttempt(
                provider: provider, accountType: "oidc", providerAccountId: identity.providerAccountId, user: user,
                profile: Claims(identity.profile), account: account, tokens: identity.tokens, linksToSignedIn: true,
                linksByEmail: oidc.allowDangerousEmailAccountLinking && identity.emailVerified == true))
    }

    private func client(_ provider: Provider, _ oidc: OIDCConfiguration) -> OIDCClient {
        OIDCClient(
            provider: provider, configuration: oidc, directory: engine.issuers, http: ports.http, clock: ports.clock,
            random: ports.random)
    }

    private func redirectURI(_ provider: Provider) -> String {
        absolute("\(configuration.basePath)/callback/\(provider.id)")
    }

    private func setCheck(
        _ check: SealedCheck, _ value: String?, _ provider: Provider, maxAge: Int64? = SealedCheck.maxAge
    ) throws {
        guard let value else { return }
        let sealed = try check.seal(value, provider: provider.id, now: now, random: ports.random)
        cookiesOut.append(
            SetCookie(
                name: check.name, value: String(decoding: sealed, as: UTF8.self), maxAge: maxAge,
                expires: now.adding(seconds: SealedCheck.maxAge), secure: isSecure))
    }

    /// The sealed value of a check that the provider's configuration asks for; `nil` when it does not.
    private func openCheck(
        _ check: SealedCheck, _ oidc: OIDCConfiguration, _ kind: OIDCConfiguration.Check, _ provider: Provider,
        _ code: Denial.Code
    ) throws -> String? {
        guard oidc.checks.contains(kind) else { return nil }
        guard let value = check.open(cookies[check.name], provider: provider.id, now: now) else {
            throw Denial(code, "the \(kind.rawValue) cookie is missing, has expired, or is another provider's")
        }
        return value
    }
}
