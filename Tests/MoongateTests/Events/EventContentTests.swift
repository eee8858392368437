import HTTPTypes
import Testing

@testable import Moongate

/// What is told, and when (contract 4.6).
@Suite struct EventContentTests {
    private let log = EventLog()

    /// Everything that was told until now.
    private func told(_ site: Site) async -> [AuthEvent] {
        #expect(await site.engine.drainEvents() == 0)
        return log.events
    }

    @Test func firstSignInTellsOfUserAccountAndSignInInThisOrder() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await told(site).map(\.name) == [.createUser, .linkAccount, .signIn])
    }

    @Test func laterSignInCreatesAndLinksNothing() async throws {
        let site = try Site(hooks: log.hooks)
        var first = Browser(site)
        _ = try await first.signIn()
        var second = Browser(site)
        _ = try await second.signIn()
        let events = await told(site)
        #expect(events.map(\.name) == [.createUser, .linkAccount, .signIn, .signIn])
        guard case .signIn(_, _, _, let isNewUser)? = events.last?.content else { return }
        #expect(isNewUser == false)
    }

    @Test func signInCarriesWhatTheProviderGave() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = try await browser.signIn(subject: "u1", email: "ada@example.com")
        let events = await told(site)
        guard case .signIn(let user, let account, let profile, let isNewUser)? = events.last?.content else {
            return #expect(Bool(false), "no signIn")
        }
        #expect(user["email"] == "ada@example.com")
        #expect(account["providerAccountId"] == "u1" && account["access_token"] == "at")
        #expect(profile?["sub"] == "u1")
        #expect(isNewUser == true)
    }

    @Test func withoutStoreNobodyKnowsWhetherTheUserIsNew() async throws {
        let site = try Site(hooks: log.hooks, stored: false)
        var browser = Browser(site)
        _ = try await browser.signIn()
        let events = await told(site)
        guard events.count == 1, case .signIn(_, _, _, let isNewUser) = events[0].content else {
            return #expect(Bool(false), "\(events.map(\.name))")
        }
        #expect(isNewUser == nil)
    }

    @Test func linkedAccountHasNoUserIdAndTheMappedUserAsProfile() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        guard case .linkAccount(let user, let account, let profile)? = await told(site).dropFirst().first?.content
        else { return #expect(Bool(false), "no linkAccount") }
        #expect(account["userId"] == nil && account["provider"] == "corp" && account["access_token"] == "at")
        #expect(profile["email"] == "ada@example.com" && profile["sub"] == nil)
        #expect(user["id"] != nil)
    }

    @Test func refusedSignInIsNotTold() async throws {
        var hooks = log.hooks
        hooks.signIn = { _ in .deny(Denial(.signInDenied, "no")) }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await told(site).isEmpty)
    }

    @Test func signInThatCannotBeStoredIsNotTold() async throws {
        let site = try Site(hooks: log.hooks, replacing: FailingStore(StoreError(.unavailable, "down")))
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await told(site).isEmpty)
    }

    @Test(arguments: [SessionConfiguration.Strategy.jwt, .database])
    func readTellsTheBodyThatTheClientGot(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try Site(hooks: log.hooks) { $0.session.strategy = strategy }
        var browser = Browser(site)
        _ = try await browser.signIn()
        let answer = await browser.get("/auth/session")
        guard case .session(let session, let token)? = await told(site).last?.content else {
            return #expect(Bool(false), "no session")
        }
        #expect(session == (try Claims(parsing: answer.body)))
        #expect((token?["sub"] != nil) == (strategy == .jwt))
    }

    @Test func readOfNobodyIsNotTold() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = await browser.get("/auth/session")
        #expect(await told(site).isEmpty)
    }

    @Test func failedReadIsNotTold() async throws {
        var hooks = log.hooks
        hooks.session = { _, _ in throw StoreError(.unavailable, "down") }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await browser.get("/auth/session").status == .serviceUnavailable)
        #expect(await told(site).contains { $0.name == .session } == false)
    }

    @Test func libraryReadIsTold() async throws {
        let site = try Site(hooks: log.hooks)
        let sealed = try site.sealed(["sub": "1"])
        let request = AuthRequest(target: "/", headers: [.cookie: "\(site.names.session)=\(sealed)"])
        _ = try await site.engine.session(from: request)
        #expect(await told(site).map(\.name) == [.session])
    }

    @Test func signOutTellsTheToken() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        _ = await browser.post("/auth/signout")
        guard case .signOut(let token, let session)? = await told(site).last?.content else {
            return #expect(Bool(false), "no signOut")
        }
        #expect(token?["email"] == "ada@example.com" && session == nil)
    }

    @Test func signOutOfAStoredSessionTellsWhoseItWasAndNotItsToken() async throws {
        let site = try Site(hooks: log.hooks) { $0.session.strategy = .database }
        var browser = Browser(site)
        _ = try await browser.signIn()
        _ = await browser.post("/auth/signout")
        guard case .signOut(let token, let session)? = await told(site).last?.content else {
            return #expect(Bool(false), "no signOut")
        }
        #expect(token == nil)
        #expect(session.map { Set($0.members.keys) } == ["userId", "expires"])
    }

    @Test(arguments: [SessionConfiguration.Strategy.jwt, .database])
    func signOutOfNobodyIsNotTold(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try Site(hooks: log.hooks) { $0.session.strategy = strategy }
        var browser = Browser(site)
        _ = await browser.post("/auth/signout")
        browser.jar[site.names.session] = "not-a-session"
        _ = await browser.post("/auth/signout")
        #expect(await told(site).isEmpty)
    }

    @Test func secondSignOutWithTheSameCookieIsNotTold() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        _ = try await browser.signIn()
        let cookie = browser.session
        _ = await browser.post("/auth/signout")
        browser.jar[site.names.session] = cookie
        _ = await browser.post("/auth/signout")
        #expect(await told(site).filter { $0.name == .signOut }.count == 1)
    }

    @Test func eventSaysWhoseRequestItWas() async throws {
        let site = try Site(hooks: log.hooks)
        var browser = Browser(site)
        browser.headers[.userAgent] = String(repeating: "x", count: 600)
        browser.peer = PeerAddress("192.0.2.7")
        let answer = try await browser.signIn()
        let event = await told(site).last
        #expect(event?.request.id == answer.headers[.requestID])
        #expect(event?.request.ip == "192.0.2.7")
        #expect(event?.request.userAgent?.count == 512)
        #expect(event?.time == site.clock.now())
    }
}
