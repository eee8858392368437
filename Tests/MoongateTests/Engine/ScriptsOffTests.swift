import Testing

@testable import Moongate

@Suite struct ScriptsOffTests {
    private let log = LogLines()

    private func site(
        isOff: Bool = true, strategy: SessionConfiguration.Strategy = .jwt, allows: Bool = false
    ) throws -> Site {
        var hooks = Hooks()
        hooks.authorize = { _ in .user(Claims(["id": "7"])) }
        let model = try Site(hooks: hooks) {
            $0.session.strategy = strategy
            $0.allowsSignInWithoutScripts = allows
        }
        return try Site(model, log: log, scriptsAreOff: isOff)
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func providersUserIsRefusedAndNothingIsStored(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try site(strategy: strategy)
        var browser = Browser(site)
        let response = try await browser.signIn()
        #expect(response.location == "https://app.example.com/auth/error?error=AccessDenied")
        #expect(browser.session == nil && response.cookies.isEmpty)
        #expect(log.codes == ["scripts.off"])
        #expect(try await site.store.findUser(email: "ada@example.com") == nil)
        #expect(try await site.store.findAccount(provider: "corp", providerAccountId: "u1") == nil)
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func providersUserSignsInWhileScriptsAreOn(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try site(isOff: false, strategy: strategy)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(browser.session != nil && log.codes.isEmpty)
        #expect(try await site.store.findUser(email: "ada@example.com") != nil)
    }

    @Test func credentialsAreRefusedThoughAClosureKnowsThem() async throws {
        var browser = Browser(try site())
        let response = await browser.post("/auth/callback/form")
        #expect(response.location.hasSuffix("/auth/error?error=AccessDenied"))
        #expect(browser.session == nil && response.cookies.isEmpty && log.codes == ["scripts.off"])
    }

    @Test func credentialsThatNobodyKnowsWithoutScriptsAreNoWrongPassword() async throws {
        let model = try Site(try Site(), log: log, scriptsAreOff: true)
        var browser = Browser(model)
        let response = await browser.post("/auth/callback/form")
        #expect(response.location.hasSuffix("/auth/error?error=AccessDenied") && log.codes == ["scripts.off"])
    }

    @Test func configurationMayAllowIt() async throws {
        var provided = Browser(try site(allows: true)), typed = Browser(try site(allows: true))
        _ = try await provided.signIn()
        _ = await typed.post("/auth/callback/form")
        #expect(provided.session != nil && typed.session != nil && log.codes.isEmpty)
    }

    @Test func whoIsSignedInStaysAndMayLeave() async throws {
        let site = try site()
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7", "name": "Ada"], age: 86_400)
        #expect(await browser.get("/auth/session").text.contains("Ada"))
        #expect(browser.session != nil)
        _ = await browser.post("/auth/signout")
        #expect(browser.session == nil && log.codes.isEmpty)
    }
}
