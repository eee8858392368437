import HTTPTypes
import Testing

@testable import Moongate

@Suite struct EngineSessionTests {
    private func request(_ site: Site, _ value: String) -> AuthRequest {
        AuthRequest(target: "/mine", headers: [.cookie: "\(site.names.session)=\(value)"])
    }

    @Test func sessionOfAnOwnRouteRunsHooks() async throws {
        var hooks = Hooks()
        hooks.session = { session, input in session["id"] = input.token?["sub"] }
        let site = try Site(hooks: hooks)
        let read = try await site.engine.session(from: request(site, try site.sealed(["sub": "7"])))
        #expect(read.session?["id"] == "7" && read.setCookies.isEmpty)
    }

    @Test func sessionThatIsDueBringsItsCookie() async throws {
        let site = try Site()
        let read = try await site.engine.session(from: request(site, try site.sealed(["sub": "7"], age: 86_400)))
        #expect(read.session != nil && read.setCookies.count == 1)
    }

    @Test func nobodyIsSignedInWithoutACookieOrWithAForgedOne() async throws {
        let site = try Site()
        #expect(try await site.engine.session(from: AuthRequest(target: "/mine")).session == nil)
        let read = try await site.engine.session(from: request(site, "forged"))
        #expect(read.session == nil && read.setCookies.allSatisfy { $0.contains("Max-Age=0") })
        #expect(read.setCookies.count == 1)
    }

    @Test func failingHookThrows() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StoreError(.unavailable, "down") }
        let site = try Site(hooks: hooks)
        let request = request(site, try site.sealed(["sub": "7"]))
        await #expect(throws: StoreError.self) { try await site.engine.session(from: request) }
    }

    @Test func tokenComesFromTheCookieOrElseTheHeader() throws {
        let site = try Site()
        let value = try site.sealed(["sub": "7"])
        let cookie = HTTPField(name: .cookie, value: "\(site.names.session)=\(value)")
        #expect(site.engine.token(from: HTTPFields([cookie]))?["sub"] == "7")
        #expect(site.engine.token(from: [.authorization: "Bearer \(value)"])?["sub"] == "7")
        #expect(site.engine.token(from: [.authorization: "Bearer " + value.replacing(".", with: "%2E")])?["sub"] == "7")
    }

    @Test func tokenThatIsNoneIsNil() throws {
        let site = try Site()
        let value = try site.sealed(["sub": "7"])
        #expect(site.engine.token(from: [:]) == nil)
        #expect(site.engine.token(from: [.authorization: "bearer \(value)"]) == nil)
        #expect(site.engine.token(from: [.authorization: "Bearer \(value)%2"]) == nil)
        let bad: HTTPFields = [.cookie: "\(site.names.session)=bad", .authorization: "Bearer \(value)"]
        #expect(site.engine.token(from: bad) == nil)
        site.clock.move(2_592_016)
        #expect(site.engine.token(from: [.authorization: "Bearer \(value)"]) == nil)
    }

    @Test func tokenOfAnEndedSessionIsNil() async throws {
        let site = try Site()
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7", "sid": "s"])
        let header: HTTPFields = [.authorization: "Bearer \(try #require(browser.session))"]
        #expect(site.engine.token(from: header) != nil)
        _ = await browser.post("/auth/signout")
        #expect(site.engine.token(from: header) == nil)
    }
}
