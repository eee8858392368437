import Testing

@testable import Moongate

@Suite struct IssuerDirectoryTests {
    private let provider = ProviderStandIn()
    private let clock = StandInClock()
    private let configuration = ProviderStandIn.configuration
    private let directory: IssuerDirectory

    init() { directory = IssuerDirectory(http: provider, clock: clock) }

    @Test func documentsAreFetchedOncePerHour() async throws {
        for _ in 0..<3 { _ = try await directory.keys(of: configuration) }
        #expect(provider.count("/jwks") == 1 && provider.count("/.well-known/openid-configuration") == 1)
        clock.move(3_600)
        _ = try await directory.keys(of: configuration)
        #expect(provider.count("/jwks") == 2 && provider.count("/.well-known/openid-configuration") == 2)
    }

    @Test func manyAtOnceShareOneRequest() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try? await directory.keys(of: configuration) } }
        }
        #expect(provider.count("/jwks") == 1 && provider.count("/.well-known/openid-configuration") == 1)
    }

    @Test func unknownKeysAreLookedUpOncePerMinute() async throws {
        _ = try await directory.keys(of: configuration)
        for _ in 0..<1_000 { _ = try await directory.keys(of: configuration, afterUnknownKey: true) }
        #expect(provider.count("/jwks") == 2)
        clock.move(60)
        for _ in 0..<10 { _ = try await directory.keys(of: configuration, afterUnknownKey: true) }
        #expect(provider.count("/jwks") == 3)
    }

    @Test func oldKeysServeForADayWhileTheIssuerIsDown() async throws {
        _ = try await directory.keys(of: configuration)
        provider.state.withLock { $0.isDown = true }
        clock.move(86_399)
        #expect(try await directory.keys(of: configuration).keys.count == 1)
        clock.move(1)
        #expect(await refusal { () async throws(Denial) in try await directory.keys(of: configuration) } == .provider)
    }

    @Test func failureIsTriedAgainAfterFiveSeconds() async throws {
        provider.state.withLock { $0.isDown = true }
        for _ in 0..<10 { _ = try? await directory.metadata(of: configuration) }
        #expect(provider.count("/.well-known/openid-configuration") == 1)
        provider.state.withLock { $0.isDown = false }
        let early = await refusal { () async throws(Denial) in try await directory.metadata(of: configuration) }
        #expect(early == .provider)
        clock.move(5)
        _ = try await directory.metadata(of: configuration)
    }

    @Test func setWithoutUsableKeysDoesNotReplaceAGoodOne() async throws {
        _ = try await directory.keys(of: configuration)
        provider.answer(ProviderStandIn.issuer + "/jwks", ["keys": []])
        #expect(try await directory.keys(of: configuration, afterUnknownKey: true).keys.count == 1)
    }

    @Test func unusableKeysBesideAGoodOneDoNoHarm() async throws {
        let bad: [JSONValue] = [["kty": "oct", "k": "AA"], ["kty": "RSA", "n": "AQ", "e": "AQAB"], [:], 1, "x"]
        provider.answer(ProviderStandIn.issuer + "/jwks", ["keys": .array(bad + [provider.key.jwk])])
        #expect(try await directory.keys(of: configuration).keys.count == 1)
    }

    @Test(arguments: [302, 404, 500])
    func otherStatusIsRefused(status: Int) async {
        provider.answer(ProviderStandIn.issuer + "/jwks", status: status, ["keys": [provider.key.jwk]])
        #expect(await refusal { () async throws(Denial) in try await directory.keys(of: configuration) } == .provider)
    }

    @Test(arguments: [
        "http://id.example.com", "ftp://id.example.com", "id.example.com", "https://id.example.com?x=1", "",
    ])
    func issuersThatMayNotBeUsedAreNeverAsked(issuer: String) async {
        var other = configuration
        other.issuer = issuer
        #expect(await refusal { () async throws(Denial) in try await directory.metadata(of: other) } == .provider)
        #expect(provider.state.withLock { $0.requests.isEmpty })
    }
}

@Suite struct IssuerMetadataTests {
    private func read(
        _ changes: [String: JSONValue?] = [:], issuer: String = ProviderStandIn.issuer
    ) throws -> IssuerMetadata {
        var document = ProviderStandIn.metadata
        document["issuer"] = .string(issuer)
        for (name, value) in changes { document[name] = value }
        var configuration = ProviderStandIn.configuration
        configuration.issuer = issuer
        return try IssuerMetadata(json: JSONValue.object(document).canonicalBytes(), configuration: configuration)
    }

    @Test func documentInOrderIsRead() throws {
        let metadata = try read()
        #expect(metadata.tokenEndpoint == "https://id.example.com/token" && metadata.namesItselfInResponses)
        #expect(metadata.idTokenAlgorithms == [.RS256, .EdDSA])
        #expect(try read(["id_token_signing_alg_values_supported": .some(nil)]).idTokenAlgorithms == [.RS256])
        #expect(try read(["id_token_signing_alg_values_supported": ["none", "HS256"]]).idTokenAlgorithms.isEmpty)
        #expect(try read(["userinfo_endpoint": .some(nil)]).userinfoEndpoint == nil)
    }

    @Test(arguments: [
        ("https://id.example.com", "https://id.example.com/.well-known/openid-configuration"),
        ("https://id.example.com/", "https://id.example.com/.well-known/openid-configuration"),
        ("https://id.example.com/a/b", "https://id.example.com/a/b/.well-known/openid-configuration"),
        ("https://id.example.com/a/", "https://id.example.com/a/.well-known/openid-configuration"),
    ])
    func issuersWithPathOrSlashAreFound(issuer: String, url: String) throws {
        #expect(IssuerMetadata.url(issuer: issuer) == url)
        #expect(try read(issuer: issuer).issuer == issuer)
    }

    @Test(arguments: jsonValues("https://id.example.com/", "https://ID.example.com", "https://evil.example", 1, nil))
    func documentOfAnotherIssuerIsRefused(issuer: JSONValue) {
        #expect(throws: Denial(.provider, "")) { try read(["issuer": issuer]) }
    }

    @Test(arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri"])
    func requiredEndpointsMustBeUsable(name: String) {
        let bad: [JSONValue?] = [
            .some(nil), "http://id.example.com/x", "/x", "javascript:x", "https://u:p@id.example.com/",
            "https://id.example.com/#x", "https://id.example.com/\u{e9}", "https://id.example.com/a b", 1, [],
        ]
        for value in bad { #expect(throws: Denial(.provider, "")) { try read([name: value]) } }
    }

    @Test func plainEndpointsGoWithAPlainIssuerOnly() throws {
        let plain: [String: JSONValue?] = ["token_endpoint": "http://localhost:4000/token"]
        #expect(try read(plain, issuer: "http://localhost:4000").tokenEndpoint == "http://localhost:4000/token")
        #expect(throws: Denial(.provider, "")) { try read(plain) }
    }

    @Test func endpointThatSetsOurParametersIsRefused() throws {
        _ = try read(["authorization_endpoint": "https://id.example.com/a?p=1"])
        for name in ["client_id", "st%61te", "redirect_uri"] {
            #expect(throws: Denial(.provider, "")) {
                try read(["authorization_endpoint": .string("https://id.example.com/a?p=1&\(name)=x")])
            }
        }
    }
}
