import HTTPTypes
import Synchronization
import Testing

@testable import Moongate

@Suite struct SessionRouteTests {
    private func signedIn(_ site: Site, _ claims: [String: JSONValue] = [:], age: Int64 = 0) throws -> Browser {
        var browser = Browser(site)
        let own: [String: JSONValue] = ["sub": "7", "name": "Ada", "sid": "s1"]
        browser.jar[site.names.session] = try site.sealed(own.merging(claims) { $1 }, age: age)
        return browser
    }

    private func setsSession(_ response: AuthResponse, _ site: Site) -> Bool {
        response.cookies.contains { $0.hasPrefix(site.names.session) && !$0.contains("Max-Age=0") }
    }

    @Test func readShowsNoIdAndTheExpiryOfTheTokenThatTheBrowserHolds() async throws {
        let site = try Site()
        var browser = try signedIn(site, age: 100)
        let expires = site.clock.now().adding(seconds: 2_592_000 - 100).iso8601
        #expect(await browser.get("/auth/session").text == #"{"expires":"\#(expires)","user":{"name":"Ada"}}"#)
    }

    @Test(arguments: [(86_399, false), (86_400, true)] as [(Int64, Bool)])
    func tokenIsReissuedWhenItIsDue(age: Int64, isReissued: Bool) async throws {
        let site = try Site()
        var browser = try signedIn(site, age: age)
        #expect(setsSession(await browser.get("/auth/session"), site) == isReissued)
    }

    @Test func changedTokenIsReissuedAndAlwaysMeansAlways() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["role"] = "admin"; return .keep
        }
        let changing = try Site(hooks: hooks), always = try Site { $0.session.alwaysReissues = true }
        for site in [changing, always] {
            var browser = try signedIn(site)
            let response = await browser.get("/auth/session")
            #expect(setsSession(response, site))
            #expect(response.text.contains(site.clock.now().adding(seconds: 2_592_000).iso8601))
        }
    }

    @Test func reservedClaimsKeepTheirValue() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["sub"] = "root"; token["sid"] = nil; token["iss"] = "me"; token["exp"] = 9_999_999_999
            token["role"] = "admin"
            return .keep
        }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        _ = await browser.get("/auth/session")
        let token = site.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])
        #expect(token?["sub"] == "7" && token?["sid"] == "s1" && token?["iss"] == nil && token?["role"] == "admin")
        #expect(token?["exp"] == .integer(site.clock.now().seconds + 2_592_000) && token?["ver"] == 1)
    }

    @Test func endedSessionIsClearedAndStaysDead() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in .endSession }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        #expect(await browser.get("/auth/session").text == "null")
        #expect(browser.session == nil)
    }

    @Test func failingHookIsUnavailableAndLeavesTheCookie() async throws {
        var hooks = Hooks()
        hooks.session = { _, _ in throw StandInRandom.Empty() }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty && browser.session != nil)
    }

    @Test func updateNeedsTheTokenAndReachesTheHook() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, input in
            if input.trigger == "update" { token["name"] = input.session }
            return .keep
        }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        let refused = await browser.send(.post, "/auth/session", type: "application/json", #"{"data":"Eve"}"#)
        #expect(refused.status == .badRequest && refused.text == "null" && browser.session != nil)
        await browser.takeToken()
        let body = #"{"csrfToken":"\#(browser.csrf)","data":"Grace"}"#
        let response = await browser.send(.post, "/auth/session", type: "application/json", body)
        #expect(response.status == .ok && response.text.contains(#""name":"Grace""#) && setsSession(response, site))
    }

    @Test func sessionThatIsTooLargeLeavesTheOldCookie() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["x"] = .string(String(repeating: "x", count: 20_000)); return .keep
        }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
    }

    @Test func signOutDuringAReadWins() async throws {
        let gate = Gate()
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            await gate.pass()
            token["role"] = "admin"
            return .keep
        }
        let site = try Site(hooks: hooks)
        var browser = try signedIn(site)
        await browser.takeToken()
        let reading = browser
        async let read = {
            var copy = reading; return await copy.get("/auth/session")
        }()
        await gate.waitUntilReached()
        _ = await browser.post("/auth/signout")
        gate.open()
        let response = await read
        #expect(response.text == "null" && !setsSession(response, site))
        var late = reading
        #expect(await late.get("/auth/session").text == "null")
    }

    @Test func oneSealedThingIsNotTakenForAnother() async throws {
        let site = try Site(), plain = try Site("http://localhost:3000")
        var sealed: [(salt: String, value: String)] = []
        for keys in [site.engine.generation.keys, plain.engine.generation.keys] {
            let bytes = JSONValue.object(["sub": "7", "value": "v", "provider": "corp", "exp": 4_102_444_800])
            let session = try keys.session.seal(bytes.canonicalBytes())
            sealed.append(("session", String(decoding: session, as: UTF8.self)))
            for check in [keys.state, keys.nonce, keys.pkce] {
                let value = try check.seal("v", provider: "corp", now: site.clock.now(), random: SystemRandom())
                sealed.append((check.name, String(decoding: value, as: UTF8.self)))
            }
        }
        let keys = site.engine.generation.keys
        for (index, (_, value)) in sealed.enumerated() {
            #expect((site.engine.token(from: [.authorization: "Bearer \(value)"]) != nil) == (index == 0))
            for (own, check) in [keys.state, keys.nonce, keys.pkce].enumerated() {
                let opened = check.open(value, provider: "corp", now: site.clock.now())
                #expect((opened != nil) == (index == own + 1))
                #expect(check.open(value, provider: "other", now: site.clock.now()) == nil)
            }
        }
    }
}

/// Stops whoever passes until it is opened.
private final class Gate: Sendable {
    private let reached = AsyncStream<Void>.makeStream()
    private let opened = AsyncStream<Void>.makeStream()

    func pass() async {
        reached.continuation.finish()
        for await _ in opened.stream {}
    }

    func waitUntilReached() async { for await _ in reached.stream {} }
    func open() { opened.continuation.finish() }
}
