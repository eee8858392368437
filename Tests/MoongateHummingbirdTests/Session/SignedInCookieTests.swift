import HTTPTypes
import Moongate
import MoongateTesting
import Testing

/// The one line that signs somebody in for a test.
@Suite struct SignedInCookieTests {
    private func read(_ site: TestSite, _ cookie: String) async throws -> Claims? {
        try await site.engine.session(from: AuthRequest(target: "/", headers: [.cookie: cookie])).session
    }

    @Test func cookieIsASessionWithTheseClaims() async throws {
        var hooks = Hooks()
        hooks.session = { session, input in session["role"] = input.token?["role"] }
        let site = try TestSite(hooks: hooks)
        let cookie = try site.engine.signedInCookie(
            user: ["id": "7", "name": "Ada", "email": "ada@example.com", "image": "https://example.com/a.png"],
            claims: ["role": "admin"])
        let session = try #require(await read(site, cookie))
        #expect(session["user"] == ["name": "Ada", "email": "ada@example.com", "image": "https://example.com/a.png"])
        #expect(session["role"] == "admin")
        let token = try #require(site.engine.token(from: [.cookie: cookie]))
        #expect(token["sub"] == "7" && token["ver"] == 0 && token["sid"]?.stringValue?.isEmpty == false)
        #expect(token["auth_time"] == .integer(site.clock.now().seconds) && token["iat"] == token["auth_time"])
    }

    @Test func cookieEndsWhenASessionWould() async throws {
        let site = try TestSite()
        let cookie = try site.ada()
        site.clock.advance(seconds: 2_592_000 - 1)
        #expect(try await read(site, cookie) != nil)
        site.clock.advance(seconds: 20)
        #expect(try await read(site, cookie) == nil)
    }

    @Test func tokenOverTheSizeOfACookieIsSpreadOverChunks() async throws {
        let site = try TestSite()
        let cookie = try site.ada(["long": .string(String(repeating: "a", count: 5_000))])
        #expect(cookie.contains("session-token.0=") && cookie.contains("; __Secure-authjs.session-token.1="))
        #expect(site.engine.token(from: [.cookie: cookie])?["long"]?.stringValue?.count == 5_000)
    }

    @Test func cookieOfAnotherSecretIsNoSession() async throws {
        let cookie = try TestSite(secret: "another secret, and long enough, too").ada()
        #expect(try await read(TestSite(), cookie) == nil)
    }

    @Test(arguments: [
        ([:] as [String: JSONValue], [:] as [String: JSONValue], "needs an `id`"),
        (["id": ""], [:], "needs an `id`"),
        (["id": 7], [:], "needs an `id`"),
        (["id": "7", "role": "admin"], [:], "`role` belongs into `claims`"),
        (["id": "7"], ["long": .string(String(repeating: "a", count: 20_000))], "cannot be sealed"),
    ])
    func whatMakesNoSessionSaysWhy(
        _ user: [String: JSONValue], _ claims: [String: JSONValue], _ expected: String
    ) throws {
        let site = try TestSite()
        let error = #expect(throws: SignedInCookieError.self) {
            try site.engine.signedInCookie(user: user, claims: claims)
        }
        #expect(error?.description.contains(expected) == true)
    }

    @Test func storedUserIsSignedIn() async throws {
        let store = InMemoryStore()
        let site = try TestSite(strategy: .database, store: store)
        let cookie = try await site.engine.signedInCookie(storing: User(id: "7", name: "Ada"))
        #expect(try await read(site, cookie)?["user"]?["name"] == "Ada")
        _ = try await site.engine.signedInCookie(storing: User(id: "7", name: "Ada Lovelace"))
        #expect(try await read(site, cookie)?["user"]?["name"] == "Ada Lovelace")
        #expect(try await store.listSessions(userId: "7").count == 2)
    }

    @Test func eachStrategyNamesTheOthersCall() async throws {
        let stored = try TestSite(strategy: .database, store: InMemoryStore())
        let sealed = try TestSite()
        #expect(throws: SignedInCookieError.self) { try stored.ada() }
        await #expect(throws: SignedInCookieError.self) {
            try await sealed.engine.signedInCookie(storing: User(id: "7"))
        }
    }
}
