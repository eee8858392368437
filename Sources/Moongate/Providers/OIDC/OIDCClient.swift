import MoongateTokens

/// The relying party's side of one OpenID Connect sign-in (authorization code flow, OpenID Connect Core 3.1).
///
/// Both halves are here, the browser's trip to the provider lies between them:
/// ``begin(redirectURI:requestParameters:)`` draws what must come back, the caller seals it in cookies,
/// ``finish(parameters:redirectURI:state:nonce:codeVerifier:)`` checks everything before it believes anything. The
/// caller makes sure that an answer is used once.
public struct OIDCClient: Sendable {
    let provider: Provider
    let configuration: OIDCConfiguration
    let directory: IssuerDirectory
    let http: any HTTPFetcher
    let clock: any AuthClock
    let random: any RandomSource

    /// A client of one provider. The directory is shared: it caches metadata and keys.
    public init(
        provider: Provider, configuration: OIDCConfiguration, directory: IssuerDirectory, http: any HTTPFetcher,
        clock: any AuthClock, random: any RandomSource
    ) {
        self.provider = provider
        self.configuration = configuration
        self.directory = directory
        self.http = http
        self.clock = clock
        self.random = random
    }

    /// Where to send the browser, and what to keep for its return.
    ///
    /// - Parameters:
    ///   - redirectURI: Our callback, byte for byte as registered and as given to `finish` later.
    ///   - requestParameters: Decoded, from the browser; only those on the list of ``AuthorizationRequest`` go on.
    /// - Throws: `provider` when the metadata cannot be had, `random` when no unpredictable bytes can be had.
    public func begin(
        redirectURI: String, requestParameters: [(String, String)]
    ) async throws(Denial) -> OIDCBegin {
        let metadata = try await directory.metadata(of: configuration)
        let request = AuthorizationRequest(
            configuration: configuration, redirectURI: redirectURI, requestParameters: requestParameters,
            state: try draw(.state), nonce: try draw(.nonce), codeVerifier: try draw(.pkce))
        return OIDCBegin(
            url: request.url(endpoint: metadata.authorizationEndpoint), state: request.state, nonce: request.nonce,
            codeVerifier: request.codeVerifier)
    }

    /// Who came back, with everything checked: the response, the exchange, the id_token, and userinfo where configured.
    ///
    /// - Parameters:
    ///   - parameters: All decoded parameters of the callback, duplicates included.
    ///   - redirectURI: As given to `begin`.
    ///   - state: What `begin` gave, from the sealed cookie; so are `nonce` and `codeVerifier`.
    /// - Throws: A ``Denial`` whose code says which check failed. No code is exchanged for a callback out of order.
    public func finish(
        parameters: [(String, String)], redirectURI: String, state: String?, nonce: String?, codeVerifier: String?
    ) async throws(Denial) -> OIDCIdentity {
        try require(state, .state, .stateCookie)
        try require(nonce, .nonce, .nonceCookie)
        try require(codeVerifier, .pkce, .pkceCookie)
        let checksState = configuration.checks.contains(.state)
        let response = AuthorizationResponse(parameters)
        // What needs no network goes first, so that a forged callback costs none.
        try response.check(state: checksState ? state : nil)
        let metadata = try await directory.metadata(of: configuration)
        let code = try response.code(from: metadata)
        let tokens = try await exchange(
            code: code, redirectURI: redirectURI, metadata,
            codeVerifier: configuration.checks.contains(.pkce) ? codeVerifier : nil)
        let idToken = try await verify(tokens, metadata, nonce: nonce)
        let claims = try await profile(of: idToken, tokens, metadata)
        return OIDCIdentity(claims: claims, subject: idToken.subject, tokens: tokens)
    }

    private func draw(_ check: OIDCConfiguration.Check) throws(Denial) -> String? {
        guard configuration.checks.contains(check) else { return nil }
        guard let bytes = try? random.bytes(32), bytes.count == 32 else {
            throw Denial(.random, "no unpredictable bytes for \(check.rawValue)")
        }
        return Base64URL.encode(bytes)
    }

    private func require(
        _ value: String?, _ check: OIDCConfiguration.Check, _ code: Denial.Code
    ) throws(Denial) {
        guard configuration.checks.contains(check), value?.isEmpty ?? true else { return }
        throw Denial(code, "nothing to compare \(check.rawValue) with")
    }

    private func exchange(
        code: String, redirectURI: String, _ metadata: IssuerMetadata, codeVerifier: String?
    ) async throws(Denial) -> TokenResponse {
        let exchange = TokenExchange(
            configuration: configuration, code: code, redirectURI: redirectURI, codeVerifier: codeVerifier)
        let answer = try await http.answer(
            to: exchange.request(endpoint: metadata.tokenEndpoint), from: "the token endpoint")
        return try TokenResponse(answer, now: clock.now())
    }

    private func verify(
        _ tokens: TokenResponse, _ metadata: IssuerMetadata, nonce: String?
    ) async throws(Denial) -> VerifiedIDToken {
        guard let compact = tokens.account.idToken, let accessToken = tokens.account.accessToken else {
            throw Denial(.idToken, "the token endpoint gave no id_token")
        }
        let expected: ExpectedNonce =
            if configuration.checks.contains(.nonce), let nonce { .expected(nonce) } else { .notExpected }
        let verifier = IDTokenVerifier(
            configuration: configuration, allowed: metadata.idTokenAlgorithms, now: clock.now())
        let keys = try await directory.keys(of: configuration)
        do throws(Denial) {
            return try verifier.verify(compact, keys: keys, nonce: expected, accessToken: accessToken)
        } catch  where error.code == .idTokenKey || error.code == .idTokenSignature {
            // Keys rotate, and not every issuer names them anew or at all: the set is looked up once more, as often as
            // the directory allows.
            let fresh = try await directory.keys(of: configuration, afterUnknownKey: true)
            return try verifier.verify(compact, keys: fresh, nonce: expected, accessToken: accessToken)
        }
    }

    private func profile(
        of idToken: VerifiedIDToken, _ tokens: TokenResponse, _ metadata: IssuerMetadata
    ) async throws(Denial) -> [String: JSONValue] {
        guard configuration.usesUserinfo else { return idToken.claims }
        guard let endpoint = metadata.userinfoEndpoint, let accessToken = tokens.account.accessToken else {
            throw Denial(.userinfo, "the issuer has no userinfo endpoint")
        }
        let userinfo = UserInfo(accessToken: accessToken, allowsPrivateAddresses: configuration.reachesPrivateAddresses)
        let answer = try await http.answer(to: userinfo.request(endpoint: endpoint), from: "the userinfo endpoint")
        return try userinfo.claims(from: answer, over: idToken)
    }
}
