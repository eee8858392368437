import MoongateTokens
import Synchronization
import Testing

@testable import Moongate

@Suite struct StoredSessionTests {
    private func signedIn(
        _ scripts: (any HookRunner)? = nil, hooks: Hooks = Hooks()
    ) async throws -> Browser {
        let site = try Site(hooks: hooks, scripts: scripts) {
            $0.session.strategy = .database
            $0.session.maxAge = 1000
            $0.session.updateAge = 100
        }
        var browser = Browser(site)
        _ = try await browser.signIn()
        return browser
    }

    private func row(_ browser: Browser) async throws -> StoredSession? {
        let key = Hex.encode(SHA256.hash(Array((browser.session ?? "").utf8)))
        return try await browser.site.store.findSession(key: SessionKey(stored: key))?.session
    }

    @Test func readBeforeItsTimeChangesNothing() async throws {
        var browser = try await signedIn()
        let before = try #require(await row(browser))
        browser.site.clock.move(99)
        let response = await browser.get("/auth/session")
        #expect(response.text.contains(before.expires.iso8601) && response.text.contains("ada@example.com"))
        #expect(response.cookies.isEmpty)
        #expect(try await row(browser)?.expires == before.expires)
    }

    @Test func readThatIsDueExtendsTheRowAndSetsTheCookie() async throws {
        var browser = try await signedIn()
        let token = browser.session
        browser.site.clock.move(100)
        let expires = browser.site.clock.now().adding(seconds: 1000)
        let response = await browser.get("/auth/session")
        #expect(response.text.contains(expires.iso8601))
        #expect(response.cookies.count == 1 && response.cookies[0].contains("Expires=\(expires.httpDate)"))
        #expect(browser.session == token)
        #expect(try await row(browser)?.expires == expires)
    }

    @Test func expiredSessionIsDeletedAndItsCookieCleared() async throws {
        var browser = try await signedIn()
        let user = try #require(await browser.site.store.findUser(email: "ada@example.com"))
        browser.site.clock.move(1000)
        #expect(await browser.get("/auth/session").text == "null")
        #expect(browser.session == nil)
        #expect(try await browser.site.store.listSessions(userId: user.id).isEmpty)
    }

    @Test func sessionLivesUntilItsLastSecond() async throws {
        var browser = try await signedIn()
        browser.site.clock.move(999)
        #expect(await browser.get("/auth/session").text.contains("ada@example.com"))
    }

    @Test func unknownTokenIsNobodyAndIsCleared() async throws {
        var browser = try await signedIn()
        browser.jar[browser.site.names.session] = "00000000-0000-4000-8000-000000000000"
        #expect(await browser.get("/auth/session").text == "null")
        #expect(browser.session == nil)
    }

    @Test func failingHookIs503AndExtendsNothing() async throws {
        var browser = try await signedIn(ScriptedHooks((.session, [.failure("script.error")])))
        let before = try #require(await row(browser))
        browser.site.clock.move(100)
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
        #expect(try await row(browser)?.expires == before.expires)
    }

    @Test func scriptsSessionIsTheAnswerAndAnythingElseIs503() async throws {
        var good = try await signedIn(ScriptedHooks((.session, [.json(#"{"plan":"free"}"#)])))
        #expect(await good.get("/auth/session").text == #"{"plan":"free"}"#)
        var bad = try await signedIn(ScriptedHooks((.session, [.json("[]")])))
        #expect(await bad.get("/auth/session").status == .serviceUnavailable)
    }

    @Test func signOutWhileAHookRunsWins() async throws {
        let ending = Ending()
        var hooks = Hooks()
        hooks.session = { _, _ in try await ending.run() }
        var browser = try await signedIn(hooks: hooks)
        let (store, key) = (browser.site.store, try #require(await row(browser)).key)
        ending.set { try await store.apply([.deleteSession(key: key)]) }
        browser.site.clock.move(100)
        let response = await browser.get("/auth/session")
        #expect(response.text == "null" && !response.cookies.contains { $0.contains(browser.session ?? "-") })
    }

    @Test func secondSignInReplacesTheRow() async throws {
        var browser = try await signedIn()
        let user = try #require(await browser.site.store.findUser(email: "ada@example.com"))
        let first = browser.session
        _ = try await browser.signIn()
        #expect(browser.session != first)
        #expect(try await browser.site.store.listSessions(userId: user.id).count == 1)
    }
}

/// What happens in the middle of a hook, told later.
private final class Ending: Sendable {
    private let action = Mutex<(@Sendable () async throws -> Void)?>(nil)
    func set(_ action: @escaping @Sendable () async throws -> Void) { self.action.withLock { $0 = action } }
    func run() async throws { try await action.withLock { $0 }?() }
}
