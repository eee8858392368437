import Testing

@testable import Moongate

@Suite struct EmailLinkingTests {
    private func site(links: Bool = true) throws -> Site {
        try Site {
            var oidc = ProviderStandIn.configuration
            oidc.allowDangerousEmailAccountLinking = links
            $0.providers[0] = Provider(id: "corp", name: "Corp", kind: .oidc(oidc))
        }
    }

    /// Signs in at the provider as `subject`, with what it says about the address.
    private func signIn(_ site: Site, _ subject: String, verified: JSONValue?) async throws -> (AuthResponse, Browser) {
        var browser = Browser(site)
        let begin = await browser.post("/auth/signin/corp")
        let query = FormFields(urlEncoded: Route.split(begin.location).query.utf8)
        let now = site.clock.now().seconds
        var claims: [String: JSONValue] = [
            "iss": .string(ProviderStandIn.issuer), "aud": "moongate", "sub": .string(subject),
            "exp": .integer(now + 300), "iat": .integer(now), "nonce": .string(query["nonce"] ?? ""),
            "email": "Ada@Example.com",
        ]
        claims["email_verified"] = verified
        let token = JSONValue.string(site.provider.key.sign(claims))
        site.provider.answer(
            ProviderStandIn.issuer + "/token", ["access_token": "at", "token_type": "Bearer", "id_token": token])
        let issuer = PercentCoding.encodeComponent(ProviderStandIn.issuer)
        let response = await browser.get("/auth/callback/corp?code=c&iss=\(issuer)&state=\(query["state"] ?? "")")
        return (response, browser)
    }

    private func linked(_ site: Site) async throws -> [String] {
        let user = try #require(await site.store.findUser(email: "ada@example.com"))
        return try await site.store.listAccounts(userId: user.id).map(\.providerAccountId)
    }

    @Test(arguments: jsonValues(true, "true")) func verifiedAddressIsLinked(_ verified: JSONValue) async throws {
        let site = try site()
        _ = try await signIn(site, "u1", verified: true)
        let (_, browser) = try await signIn(site, "u2", verified: verified)
        #expect(browser.session != nil)
        #expect(try await linked(site) == ["u1", "u2"])
    }

    @Test(arguments: jsonValues(false, "false", .null, 1, "yes", ["true"]))
    func addressThatIsNotVerifiedIsRefused(_ verified: JSONValue) async throws {
        let site = try site()
        _ = try await signIn(site, "u1", verified: true)
        let (response, browser) = try await signIn(site, "u2", verified: verified)
        #expect(response.location.hasSuffix("error=OAuthAccountNotLinked") && browser.session == nil)
        #expect(try await linked(site) == ["u1"])
    }

    @Test func addressOfWhichNothingIsSaidIsRefused() async throws {
        let site = try site()
        _ = try await signIn(site, "u1", verified: true)
        let (response, browser) = try await signIn(site, "u2", verified: nil)
        #expect(response.location.hasSuffix("error=OAuthAccountNotLinked") && browser.session == nil)
    }

    @Test func verifiedAddressIsRefusedWhereTheOperatorDoesNotLink() async throws {
        let site = try site(links: false)
        _ = try await signIn(site, "u1", verified: true)
        let (response, browser) = try await signIn(site, "u2", verified: true)
        #expect(response.location.hasSuffix("error=OAuthAccountNotLinked") && browser.session == nil)
        #expect(try await linked(site) == ["u1"])
    }
}
