import Synchronization
import Testing

@testable import Moongate

/// The database cannot answer at all.
@Suite struct StoreDownTests {
    private let log = EventLog()

    private func site(_ strategy: SessionConfiguration.Strategy, _ store: SwitchedStore) throws -> Site {
        try Site(hooks: log.hooks, replacing: store) { $0.session.strategy = strategy }
    }

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func signInIs503AndLeavesNothing(_ strategy: SessionConfiguration.Strategy) async throws {
        let store = SwitchedStore()
        let site = try site(strategy, store)
        var browser = Browser(site)
        let callback = try await browser.beginSignIn(subject: "u1", email: "ada@example.com")
        store.isDown.withLock { $0 = true }
        let response = await browser.get(callback)
        #expect(response.status == .serviceUnavailable)
        #expect(browser.session == nil)
        store.isDown.withLock { $0 = false }
        #expect(try await store.findUser(email: "ada@example.com") == nil)
        #expect(await site.engine.drainEvents() == 0)
        #expect(log.events.isEmpty)
    }

    @Test func readOfATokenGoesOn() async throws {
        let store = SwitchedStore()
        var browser = Browser(try site(.jwt, store))
        _ = try await browser.signIn()
        store.isDown.withLock { $0 = true }
        let response = await browser.get("/auth/session")
        #expect(response.status == .ok && response.text.contains("ada@example.com"))
    }

    @Test func readOfAStoredSessionIs503AndLeavesTheCookie() async throws {
        let store = SwitchedStore()
        var browser = Browser(try site(.database, store))
        _ = try await browser.signIn()
        store.isDown.withLock { $0 = true }
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
        store.isDown.withLock { $0 = false }
        #expect(await browser.get("/auth/session").text.contains("ada@example.com"))
    }

    @Test func redirectsStayPossible() async throws {
        let store = SwitchedStore()
        var browser = Browser(try site(.jwt, store))
        _ = try await browser.signIn()
        store.isDown.withLock { $0 = true }
        let response = await browser.post("/auth/signout", [("callbackUrl", "https://elsewhere.example.com/")])
        #expect(response.location == "https://app.example.com")
        #expect(browser.session == nil)
    }
}

/// A store that answers nothing while it is down.
private final class SwitchedStore: AuthStore {
    let isDown = Mutex(false)
    private let inner = InMemoryStore()

    private func reached() throws -> InMemoryStore {
        guard !isDown.withLock({ $0 }) else { throw StoreError(.unavailable, "down") }
        return inner
    }

    func findUser(id: String) async throws -> User? { try await reached().findUser(id: id) }
    func findUser(email: String) async throws -> User? { try await reached().findUser(email: email) }
    func findUser(provider: String, providerAccountId: String) async throws -> User? {
        try await reached().findUser(provider: provider, providerAccountId: providerAccountId)
    }
    func findAccount(provider: String, providerAccountId: String) async throws -> Account? {
        try await reached().findAccount(provider: provider, providerAccountId: providerAccountId)
    }
    func listAccounts(userId: String) async throws -> [Account] { try await reached().listAccounts(userId: userId) }
    func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)? {
        try await reached().findSession(key: key)
    }
    func listSessions(userId: String) async throws -> [StoredSession] {
        try await reached().listSessions(userId: userId)
    }
    func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int {
        try await reached().deleteExpiredSessions(before: now, limit: limit)
    }
    func apply(_ changes: [StoreChange]) async throws { try await reached().apply(changes) }
}
