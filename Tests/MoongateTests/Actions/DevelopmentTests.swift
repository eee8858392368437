import HTTPTypes
import Testing

@testable import Moongate

@Suite struct DevelopmentTests {
    private func browser(isDevelopment: Bool = true) throws -> Browser {
        let site = try Site("http://localhost:3000") {
            $0.providers.append(Provider(id: "dev", name: "Dev", kind: .dev))
            if isDevelopment { $0.development = DevelopmentMode(key: Secret("key")) }
        }
        var browser = Browser(site)
        browser.authority = "localhost:3000"
        browser.peer = PeerAddress("127.0.0.1")
        return browser
    }

    @Test func keyOfTheFormSignsIn() async throws {
        var browser = try browser()
        _ = await browser.post("/auth/callback/dev", [("email", "Ada@Example.com"), ("key", "key")])
        #expect(browser.session != nil)
        #expect(try await browser.site.store.findUser(email: "ada@example.com")?.name == "ada")
    }

    @Test func keyOfTheLinkBecomesACookieThatSignsIn() async throws {
        var browser = try browser()
        let response = await browser.get("/auth/signin?key=key")
        #expect(response.location == "http://localhost:3000/auth/signin")
        _ = await browser.post("/auth/callback/dev", [("email", "ada@example.com")])
        #expect(browser.session != nil)
    }

    @Test(arguments: ["", "keys", "KEY"])
    func wrongKeySignsNobodyIn(_ key: String) async throws {
        var browser = try browser()
        let response = await browser.post("/auth/callback/dev", [("email", "ada@example.com"), ("key", key)])
        #expect(response.location.contains("error=CredentialsSignin") && browser.session == nil)
        #expect(await browser.get("/auth/signin?key=\(key)x").location.contains("error=CredentialsSignin"))
    }

    @Test(arguments: ["", "ada", "@", "a@", "a@b@c", "a b@c", "a\n@c"])
    func whatIsNoAddressSignsNobodyIn(_ email: String) async throws {
        var browser = try browser()
        _ = await browser.post("/auth/callback/dev", [("email", email), ("key", "key")])
        #expect(browser.session == nil)
    }

    @Test func devProviderOutsideDevelopmentSignsNobodyIn() async throws {
        var browser = try browser(isDevelopment: false)
        _ = await browser.post("/auth/callback/dev", [("email", "ada@example.com"), ("key", "key")])
        #expect(browser.session == nil)
    }

    @Test(arguments: [
        "evil.example", "localhost", "localhost:3001", "localhost:3000.evil.example", "", "a@localhost:3000",
    ])
    func foreignHostIsForbidden(_ host: String) async throws {
        var browser = try browser()
        browser.authority = host
        #expect(await browser.get("/auth/csrf").status == .forbidden)
    }

    @Test(arguments: ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"])
    func ownHostIsAnswered(_ host: String) async throws {
        var browser = try browser()
        browser.authority = host
        #expect(await browser.get("/auth/csrf").status == .ok)
    }

    @Test func whoComesFromElsewhereOrThroughAProxyIsForbidden() async throws {
        var far = try browser(), forwarded = try browser(), nameless = try browser()
        far.peer = PeerAddress("192.0.2.1")
        forwarded.headers = [.forwardedFor: "127.0.0.1"]
        nameless.authority = nil
        #expect(await far.get("/auth/csrf").status == .forbidden)
        #expect(await forwarded.get("/auth/csrf").status == .forbidden)
        #expect(await nameless.get("/auth/csrf").status == .forbidden)
    }

    @Test func credentialsAreNeverANewUser() async throws {
        var hooks = Hooks()
        hooks.authorize = { _ in .user(Claims(["id": "7"])) }
        hooks.jwt = { token, input in
            token["new"] = input.isNewUser.map(JSONValue.bool)
            return .keep
        }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        _ = await browser.post("/auth/callback/form")
        #expect(site.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])?["new"] == false)
    }
}
