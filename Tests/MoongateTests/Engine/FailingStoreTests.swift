import Testing

@testable import Moongate

@Suite struct FailingStoreTests {
    private static let down = StoreError(.unavailable, "the disk is full")

    private func browser(_ strategy: SessionConfiguration.Strategy, _ store: FailingStore) throws -> Browser {
        Browser(
            try Site(replacing: store) {
                $0.session.strategy = strategy
                $0.session.maxAge = 1000
                $0.session.updateAge = 100
            })
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func signInThatCannotBeStoredIs503AndSetsNothing(_ strategy: SessionConfiguration.Strategy) async throws {
        let store = FailingStore(Self.down)
        var browser = try browser(strategy, store)
        let response = try await browser.signIn()
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "1")
        #expect(response.cookies.isEmpty && browser.session == nil && !response.text.contains("disk"))
        store.fail(with: nil)
        _ = try await browser.signIn()
        #expect(browser.session != nil)
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func otherFailuresAreAConfigurationErrorAndSetNothing(_ strategy: SessionConfiguration.Strategy) async throws {
        var browser = try browser(strategy, FailingStore(StoreError(.conflict, "taken")))
        let response = try await browser.signIn()
        #expect(response.location.contains("/auth/error?error=Configuration&incident="))
        #expect(response.cookies.isEmpty && browser.session == nil)
    }

    @Test func signInOfAKnownAccountWritesNothingAndWorks() async throws {
        let store = FailingStore()
        var first = try browser(.jwt, store)
        _ = try await first.signIn()
        store.fail(with: Self.down)
        var second = Browser(first.site)
        _ = try await second.signIn()
        #expect(second.session != nil)
    }

    @Test func signOutThatCannotBeStoredLeavesTheCookie() async throws {
        let store = FailingStore()
        var browser = try browser(.database, store)
        _ = try await browser.signIn()
        store.fail(with: Self.down)
        let response = await browser.post("/auth/signout")
        #expect(response.status == .serviceUnavailable && browser.session != nil)
        store.fail(with: nil)
        _ = await browser.post("/auth/signout")
        #expect(browser.session == nil)
    }

    @Test func extensionThatCannotBeStoredIs503AndSetsNothing() async throws {
        let store = FailingStore()
        var browser = try browser(.database, store)
        _ = try await browser.signIn()
        store.fail(with: Self.down)
        #expect(await browser.get("/auth/session").status == .ok)
        browser.site.clock.move(100)
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty && browser.session != nil)
    }
}
