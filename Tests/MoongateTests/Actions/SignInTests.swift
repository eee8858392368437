import HTTPTypes
import Synchronization
import Testing

@testable import Moongate

@Suite struct SignInTests {
    @Test func firstSignInMakesAUserAndAnAccountAndASession() async throws {
        let site = try Site()
        var browser = Browser(site)
        let response = try await browser.signIn()
        #expect(response.location == "https://app.example.com" && browser.session != nil)
        let user = try #require(await site.store.findUser(email: "ada@example.com"))
        #expect(try await site.store.listAccounts(userId: user.id).map(\.providerAccountId) == ["u1"])
        #expect(browser.jar.keys.filter { $0.contains("state") || $0.contains("nonce") || $0.contains("pkce") }.isEmpty)
    }

    @Test func secondSignInIsTheSameUser() async throws {
        let site = try Site()
        var first = Browser(site), second = Browser(site)
        _ = try await first.signIn()
        _ = try await second.signIn(email: "changed@example.com")
        #expect(second.session != nil)
        #expect(try await site.store.findUser(email: "changed@example.com") == nil)
    }

    @Test func accountWithAnotherUsersAddressIsNotLinked() async throws {
        let site = try Site()
        var first = Browser(site), second = Browser(site)
        _ = try await first.signIn()
        let response = try await second.signIn(subject: "u2")
        #expect(response.location == "https://app.example.com/auth/signin?error=OAuthAccountNotLinked")
        #expect(second.session == nil && response.cookies.isEmpty)
        #expect(try await site.store.findAccount(provider: "corp", providerAccountId: "u2") == nil)
    }

    @Test func accountOfWhoIsSignedInIsLinked() async throws {
        let site = try Site()
        var browser = Browser(site)
        _ = try await browser.signIn()
        _ = try await browser.signIn(subject: "u2", email: "other@example.com")
        let user = try #require(await site.store.findUser(email: "ada@example.com"))
        #expect(try await site.store.listAccounts(userId: user.id).map(\.providerAccountId) == ["u1", "u2"])
    }

    @Test func expiredSessionLinksNothing() async throws {
        let site = try Site {
            $0.session.strategy = .database; $0.session.maxAge = 60
        }
        var browser = Browser(site)
        _ = try await browser.signIn()
        site.clock.move(61)
        _ = try await browser.signIn(subject: "u2", email: "other@example.com")
        #expect(try await site.store.findUser(email: "other@example.com") != nil)
    }

    @Test func accountOfSomebodyElseIsRefusedWhileSignedIn() async throws {
        let site = try Site()
        var first = Browser(site), second = Browser(site)
        _ = try await first.signIn()
        _ = try await second.signIn(subject: "u2", email: "b@example.com")
        let response = try await second.signIn(subject: "u1")
        #expect(response.location.hasSuffix("error=OAuthAccountNotLinked"))
    }

    @Test func refusedUserLeavesNothingBehind() async throws {
        var hooks = Hooks()
        hooks.signIn = { _ in .deny(Denial(.signInDenied, "no")) }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        let response = try await browser.signIn()
        #expect(response.location == "https://app.example.com/auth/error?error=AccessDenied")
        #expect(browser.session == nil)
        #expect(try await site.store.findUser(email: "ada@example.com") == nil)
    }

    @Test func failingTokenHookLeavesNothingBehind() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StandInRandom.Empty() }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        let response = try await browser.signIn()
        #expect(response.location.contains("error=Configuration&incident=") && browser.session == nil)
        #expect(try await site.store.findUser(email: "ada@example.com") == nil)
    }

    @Test func verdictRedirectStaysOnTheSite() async throws {
        for (asked, reached) in [
            ("/wait", "https://app.example.com/wait"), ("//evil.example", "https://app.example.com"),
        ] {
            var hooks = Hooks()
            hooks.signIn = { _ in .redirect(asked) }
            var browser = Browser(try Site(hooks: hooks))
            let response = try await browser.signIn()
            #expect(response.location == reached && browser.session == nil)
        }
    }

    @Test func newUserPageIsForNewUsers() async throws {
        let site = try Site { $0.pages.newUser = "/welcome" }
        var first = Browser(site), second = Browser(site)
        #expect(try await first.signIn().location == "/welcome?callbackUrl=https%3A%2F%2Fapp.example.com")
        #expect(try await second.signIn().location == "https://app.example.com")
    }

    @Test func sameAnswerAHundredTimesAtOnceSignsInOnce() async throws {
        var browser = Browser(try Site())
        let target = try await browser.beginSignIn(subject: "u1", email: "ada@example.com")
        let kept = browser
        let signedIn = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    var copy = kept
                    _ = await copy.get(target)
                    return copy.session != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(signedIn == 1)
        #expect(kept.site.provider.count("/token") == 1)
        var late = kept
        #expect(await late.get(target).location.contains("error=Configuration") && late.session == nil)
    }

    @Test func answerInAnotherBrowserIsRefused() async throws {
        var browser = Browser(try Site())
        let target = try await browser.beginSignIn(subject: "u1")
        var other = Browser(browser.site)
        #expect(await other.get(target).location.contains("error=Configuration") && other.session == nil)
        _ = await browser.get(target)
        #expect(browser.session != nil)
    }

    @Test func storedSessionIsFoundByAHash() async throws {
        for isPlain in [false, true] {
            let site = try Site {
                $0.session.strategy = .database; $0.session.storesPlainTokens = isPlain
            }
            var browser = Browser(site)
            _ = try await browser.signIn()
            let token = try #require(browser.session)
            #expect((try await site.store.findSession(key: SessionKey(stored: token)) != nil) == isPlain)
            #expect(await browser.get("/auth/session").text.contains("ada@example.com"))
            let copy = browser
            _ = await browser.post("/auth/signout")
            var thief = copy
            #expect(browser.session == nil)
            #expect(await thief.get("/auth/session").text == "null")
        }
    }

    @Test func credentialsAreWhatAuthorizeSays() async throws {
        var hooks = Hooks()
        hooks.authorize = { input in
            switch input.credentials["username"] {
            case "ada": .user(Claims(["id": 7, "name": "Ada"]))
            case "locked": .deny(Denial(Denial.Code("locked"), "too often"))
            default: .refuse
            }
        }
        let site = try Site(hooks: hooks)
        var good = Browser(site), bad = Browser(site), locked = Browser(site)
        #expect(await good.post("/auth/callback/form", [("username", "ada")]).location == "https://app.example.com")
        #expect(site.engine.token(from: [.authorization: "Bearer \(good.session ?? "")"])?["sub"] == "7")
        let page = "https://app.example.com/auth/signin?error=CredentialsSignin&code="
        #expect(await bad.post("/auth/callback/form", [("username", "x")]).location == page + "credentials")
        #expect(await locked.post("/auth/callback/form", [("username", "locked")]).location == page + "locked")
        #expect(bad.session == nil && locked.session == nil)
    }
}
