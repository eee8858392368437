import Testing

@testable import Moongate

@Suite struct OIDCClientTests {
    private let provider = ProviderStandIn()
    private let clock = StandInClock()
    private let redirectURI = "https://app.example.com/auth/callback/corp"

    private func client(
        random: StandInRandom = StandInRandom(), _ configure: (inout OIDCConfiguration) -> Void = { _ in }
    ) -> OIDCClient {
        var configuration = ProviderStandIn.configuration
        configure(&configuration)
        return OIDCClient(
            provider: Provider(id: "corp", name: "Corp", kind: .oidc(configuration)), configuration: configuration,
            directory: IssuerDirectory(http: provider, clock: clock), http: provider, clock: clock, random: random)
    }

    private func giveTokens(signer: SigningKey? = nil, _ changes: [String: JSONValue] = [:], nonce: String? = "N") {
        var claims: [String: JSONValue] = [
            "iss": .string(ProviderStandIn.issuer), "aud": "moongate", "sub": "u1", "name": "Ada",
            "exp": .integer(StandInClock.start + 300), "iat": .integer(StandInClock.start),
        ]
        claims["nonce"] = nonce.map(JSONValue.string)
        let idToken = (signer ?? provider.key).sign(claims.merging(changes) { $1 })
        provider.answer(
            ProviderStandIn.issuer + "/token",
            ["access_token": "at", "token_type": "Bearer", "id_token": .string(idToken), "expires_in": 60])
    }

    private func finish(_ client: OIDCClient, _ changes: [(String, String)] = []) async throws(Denial) -> OIDCIdentity {
        try await client.finish(
            parameters: [("code", "c"), ("state", "S"), ("iss", ProviderStandIn.issuer)] + changes,
            redirectURI: redirectURI, state: "S", nonce: "N", codeVerifier: "V")
    }

    private func refused(_ client: OIDCClient, _ changes: [(String, String)] = []) async -> Denial.Code? {
        await refusal { () async throws(Denial) in try await finish(client, changes) }
    }

    @Test func beginDrawsFreshValuesOf43Characters() async throws {
        let begin = try await client().begin(redirectURI: redirectURI, requestParameters: [])
        let values = [begin.state, begin.nonce, begin.codeVerifier].compactMap { $0 }
        #expect(values.count == 3 && Set(values).count == 3 && values.allSatisfy { $0.utf8.count == 43 })
        #expect(begin.url.hasPrefix("https://id.example.com/authorize?response_type=code"))
        #expect(!begin.url.contains(try #require(begin.codeVerifier)))
    }

    @Test func beginWithoutRandomnessIsRefused() async {
        let dry = client(random: StandInRandom(isEmpty: true))
        let code = await refusal { () async throws(Denial) in
            try await dry.begin(redirectURI: redirectURI, requestParameters: [])
        }
        #expect(code == .random)
    }

    @Test func goodAnswerBecomesAnIdentity() async throws {
        giveTokens(["email": "A@B.example", "email_verified": true])
        let identity = try await finish(client())
        #expect(identity.providerAccountId == "u1" && identity.user.email == "a@b.example")
        #expect(identity.emailVerified == true && identity.user.emailVerified == nil)
        #expect(identity.tokens.expiresAt == StandInClock.start + 60 && identity.tokenResponse["expires_in"] == 60)
    }

    @Test func forgedCallbackCostsNoRequest() async {
        #expect(await refused(client(), [("state", "S")]) == .state)
        let code = await refusal { () async throws(Denial) in
            try await client().finish(
                parameters: [("code", "c"), ("state", "S")], redirectURI: redirectURI, state: "T", nonce: "N",
                codeVerifier: "V")
        }
        #expect(code == .state)
        #expect(provider.state.withLock { $0.requests.isEmpty })
    }

    @Test func missingCookiesAreRefusedEachByItsName() async {
        func code(_ state: String?, _ nonce: String?, _ verifier: String?) async -> Denial.Code? {
            await refusal { () async throws(Denial) in
                try await client().finish(
                    parameters: [("code", "c"), ("state", "S")], redirectURI: redirectURI, state: state, nonce: nonce,
                    codeVerifier: verifier)
            }
        }
        #expect(await code(nil, "N", "V") == .stateCookie)
        #expect(await code("S", nil, "V") == .nonceCookie)
        #expect(await code("S", "N", "") == .pkceCookie)
        #expect(provider.state.withLock { $0.requests.isEmpty })
    }

    @Test func checksThatAreOffAreNotAskedFor() async throws {
        giveTokens(nonce: nil)
        let lenient = client { $0.checks = [.pkce] }
        let identity = try await lenient.finish(
            parameters: [("code", "c"), ("iss", ProviderStandIn.issuer)], redirectURI: redirectURI, state: nil,
            nonce: nil, codeVerifier: "V")
        #expect(identity.providerAccountId == "u1")
        giveTokens(nonce: "N")
        #expect(await refused(lenient) == .idTokenNonce)
    }

    @Test func answerWithoutIDTokenIsRefused() async {
        provider.answer(ProviderStandIn.issuer + "/token", ["access_token": "at", "token_type": "Bearer"])
        #expect(await refused(client()) == .idToken)
    }

    @Test func rotatedKeyIsFoundByOneMoreLook() async throws {
        let client = client()
        giveTokens()
        _ = try await finish(client)
        let next = SigningKey(seed: 7, id: "next")
        provider.answer(ProviderStandIn.issuer + "/jwks", ["keys": [next.jwk]])
        giveTokens(signer: next)
        _ = try await finish(client)
        #expect(provider.count("/jwks") == 2)
        giveTokens(signer: SigningKey(seed: 8, id: "made-up"))
        #expect(await refused(client) == .idTokenKey)
        #expect(provider.count("/jwks") == 2)
    }

    @Test func keyReplacedUnderTheSameNameIsFoundToo() async throws {
        let client = client()
        giveTokens()
        _ = try await finish(client)
        let next = SigningKey(seed: 7, id: "one")
        giveTokens(signer: next)
        #expect(await refused(client) == .idTokenSignature)
        provider.answer(ProviderStandIn.issuer + "/jwks", ["keys": [next.jwk]])
        #expect(await refused(client) == .idTokenSignature)
        clock.move(60)
        _ = try await finish(client)
        #expect(provider.count("/jwks") == 3)
    }

    @Test func userinfoAddsClaimsAndChangesNoneOfTheProtocol() async throws {
        giveTokens()
        provider.answer(
            ProviderStandIn.issuer + "/userinfo", ["sub": "u1", "name": "Countess", "iss": "evil", "aud": "evil"])
        let identity = try await finish(client { $0.usesUserinfo = true })
        #expect(identity.user.name == "Countess" && identity.profile["iss"] == .string(ProviderStandIn.issuer))
        let sent = provider.state.withLock { $0.requests.last?.headers[.authorization] }
        #expect(sent == "Bearer at")
    }

    @Test(arguments: jsonValues(["sub": "u2"], [:], ["sub": 1], []))
    func userinfoAboutOthersIsRefused(body: JSONValue) async {
        giveTokens()
        provider.answer(ProviderStandIn.issuer + "/userinfo", body)
        #expect(await refused(client { $0.usesUserinfo = true }) == .userinfo)
    }

    @Test func userinfoWithAnotherStatusOrTypeIsRefused() async {
        giveTokens()
        provider.answer(ProviderStandIn.issuer + "/userinfo", status: 401, ["sub": "u1"])
        #expect(await refused(client { $0.usesUserinfo = true }) == .userinfo)
        provider.answer(ProviderStandIn.issuer + "/userinfo", type: "application/jwt", ["sub": "u1"])
        #expect(await refused(client { $0.usesUserinfo = true }) == .userinfo)
    }

    @Test func reasonsHoldNoSecret() async {
        let secrets = ["hush-code", "hush-state", "V-hush", "N-hush"]
        do throws(Denial) {
            _ = try await client().finish(
                parameters: [("code", "hush-code"), ("state", "hush-state"), ("iss", ProviderStandIn.issuer)],
                redirectURI: redirectURI, state: "hush-state", nonce: "N-hush", codeVerifier: "V-hush")
            Issue.record("there is no token endpoint")
        } catch {
            #expect(error.code == .provider && secrets.allSatisfy { !error.description.contains($0) })
        }
    }
}
