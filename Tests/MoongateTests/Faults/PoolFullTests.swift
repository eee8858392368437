import Testing

@testable import Moongate

/// No worker is free: the answer is 503 at once, nothing is stored, and no cookie is touched.
@Suite struct PoolFullTests {
    private static let hooks: [(HookName, [HookStep])] = [
        (.signIn, [.json("true")]), (.jwt, [.json("{}")]), (.session, [.json("{}")]),
        (.authorize, [.json(#"{"id":"1"}"#)]),
    ]

    private func site(_ hook: HookName, _ strategy: SessionConfiguration.Strategy) throws -> Site {
        let steps = Self.hooks.first { $0.0 == hook }?.1 ?? []
        return try Site(scripts: ScriptedHooks((hook, steps), isOverloaded: true)) { $0.session.strategy = strategy }
    }

    private func rows(_ site: Site) async throws -> Int {
        let user = try await site.store.findUser(email: "ada@example.com")
        let account = try await site.store.findAccount(provider: "form", providerAccountId: "1")
        return (user == nil ? 0 : 1) + (account == nil ? 0 : 1)
    }

    private func expectUnavailable(_ response: AuthResponse, _ site: Site) async throws {
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
        #expect(!response.cookies.contains { $0.hasPrefix(site.names.session) })
        #expect(try await rows(site) == 0)
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func signInOfAProviderIsToComeBack(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try site(.signIn, strategy)
        var browser = Browser(site)
        try await expectUnavailable(browser.signIn(), site)
        #expect(browser.session == nil)
    }

    @Test func tokenAtSignInIsToComeBack() async throws {
        let site = try site(.jwt, .jwt)
        var browser = Browser(site)
        try await expectUnavailable(browser.signIn(), site)
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func credentialsAreToComeBack(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try site(.authorize, strategy)
        var browser = Browser(site)
        try await expectUnavailable(
            await browser.post("/auth/callback/form", [("username", "ada")]), site)
    }

    @Test(arguments: [HookName.jwt, .session])
    func readOfATokenIsToComeBack(_ hook: HookName) async throws {
        let site = try site(hook, .jwt)
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "1"])
        let response = await browser.get("/auth/session")
        try await expectUnavailable(response, site)
        #expect(response.cookies.isEmpty)
        #expect(browser.session != nil)
    }

    @Test func readOfAStoredSessionIsToComeBack() async throws {
        let calm = try Site { $0.session.strategy = .database }
        var browser = Browser(calm)
        _ = try await browser.signIn()
        let generation = try Generation(
            id: "full", configuration: calm.engine.generation.configuration,
            scripts: ScriptedHooks((.session, [.json("{}")]), isOverloaded: true))
        calm.engine.install(generation)
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
        calm.engine.install(try Generation(id: "calm", configuration: generation.configuration))
        #expect(await browser.get("/auth/session").text.contains("ada@example.com"))
    }
}
