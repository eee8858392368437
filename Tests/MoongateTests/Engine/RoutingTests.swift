import HTTPTypes
import Testing

@testable import Moongate

@Suite struct RoutingTests {
    @Test(arguments: ["/auth/providers", "/auth/csrf///", "/auth//session", "/auth/signin/undefined", "/auth/error"])
    func knownActionIsAnswered(_ target: String) async throws {
        var browser = Browser(try Site())
        #expect(await browser.get(target).status == .ok)
    }

    @Test(arguments: [
        "/authsignin", "/auth", "/auth/", "/auth/_log", "/auth/csrf/corp", "/auth/signin/a/b", "/Auth/csrf",
        "/auth/SIGNIN", "/auth/webauthn-options",
    ])
    func whatIsNoActionIsABadRequest(_ target: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.get(target)
        #expect(response.status == .badRequest && response.text == #""Bad request.""# && response.cookies.isEmpty)
    }

    @Test(arguments: [HTTPRequest.Method.head, .put, .delete, .options, .patch])
    func otherMethodsAreABadRequest(_ method: HTTPRequest.Method) async throws {
        var browser = Browser(try Site())
        let response = await browser.send(method, "/auth/csrf")
        #expect(response.status == .badRequest && response.cookies.isEmpty)
    }

    @Test(arguments: ["/auth/csrf", "/auth/client.js", "/", "/nothing"])
    func answerToHeadHasNoBody(_ target: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.send(.head, target)
        #expect(response.body.isEmpty && response.headers[.contentLength].flatMap { Int($0) } ?? 0 > 0)
    }

    @Test(arguments: ["/auth/providers", "/auth/csrf", "/auth/error", "/auth/callback"])
    func postToAnActionThatTakesNoneIsAConfigurationError(_ target: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.post(target)
        #expect(response.location.hasPrefix("https://app.example.com/auth/error?error=Configuration"))
        #expect(response.cookies.isEmpty)
    }

    @Test(arguments: ["/auth/signin/corp", "/auth/signin/nobody", "/auth/callback/form", "/auth/callback"])
    func getThatStartsNothingIsAConfigurationError(_ target: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.get(target)
        #expect(response.status == .found && response.location.contains("/auth/error?error=Configuration"))
        #expect(response.cookies.isEmpty)
    }

    @Test(arguments: ["/auth/signin", "/auth/signin/corp", "/auth/signout", "/auth/callback/form"])
    func postWithoutTheTokenIsMissingCSRF(_ target: String) async throws {
        var browser = Browser(try Site())
        browser.csrf = "wrong"
        let response = await browser.post(target)
        #expect(response.location == "https://app.example.com/auth/signin?error=MissingCSRF")
        #expect(response.cookies.isEmpty)
    }

    @Test func providersStandInTheirOrderWithoutCookies() async throws {
        var browser = Browser(try Site())
        let response = await browser.get("/auth/providers")
        let base = "https://app.example.com/auth"
        #expect(response.text.hasPrefix(#"{"corp":{"callbackUrl":"\#(base)/callback/corp","id":"corp""#))
        #expect(response.text.contains(#"},"form":{"#) && !response.text.contains("hush"))
        #expect(response.cookies.isEmpty)
    }

    @Test func privateAnswersAreNotCached() async throws {
        var browser = Browser(try Site())
        for target in ["/auth/csrf", "/auth/session"] {
            let headers = await browser.get(target).headers
            #expect(headers[.cacheControl] == "private, no-cache, no-store" && headers[.expires] == "0")
        }
        #expect(await browser.get("/auth/providers").headers[.cacheControl] == nil)
    }

    @Test func redirectIsJSONForWhoAsks() async throws {
        var browser = Browser(try Site())
        browser.headers = [.authReturnRedirect: "1"]
        let response = await browser.post("/auth/signin")
        #expect(response.status == .ok && response.text == #"{"url":"https://app.example.com/auth/signin"}"#)
        #expect(response.location == "https://app.example.com/auth/signin")
        let refused = await browser.get("/auth/signin/corp")
        #expect(refused.status == .ok && refused.location.isEmpty && refused.text.contains("error=Configuration"))
    }

    @Test func answersWithCookiesAreNotCached() async throws {
        var browser = Browser(try Site())
        let response = try await browser.signIn()
        #expect(response.status == .found && response.headers[.cacheControl] == "private, no-store")
        #expect(response.headers[.vary] == "Cookie")
    }

    /// What a member of a JSON body cannot be.
    @Test(arguments: [
        "=x", "%0a=x", "a=%E9", "%FF=a", "a%00=x", "a=x%00", String(repeating: "n", count: 257) + "=x",
        String(repeating: "x=1&", count: 300),
    ])
    func formThatNoScriptCouldReadIsABadRequest(_ form: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.send(
            .post, "/auth/callback/form", type: "application/x-www-form-urlencoded", form)
        #expect(response.text == #""Bad request.""#)
    }

    @Test func emptyPiecesOfAFormAreNoFields() async throws {
        var browser = Browser(try Site())
        await browser.takeToken()
        let form = String(repeating: "x=1&", count: 255) + "csrfToken=\(browser.csrf)&&&"
        let response = await browser.send(.post, "/auth/signout", type: "application/x-www-form-urlencoded", form)
        #expect(response.status == .found && !response.location.contains("error"))
    }

    @Test func jsonMayBeginWithAByteOrderMark() async throws {
        var browser = Browser(try Site())
        await browser.takeToken()
        let body = "\u{FEFF}{\"csrfToken\":\"\(browser.csrf)\"}"
        #expect(await browser.send(.post, "/auth/signout", type: "application/json", body).status == .found)
    }

    @Test func updateOfASessionSettlesTheCallbackURL() async throws {
        var browser = Browser(try Site())
        await browser.takeToken()
        browser.jar[browser.site.names.callbackURL] = nil
        let response = await browser.post("/auth/session", [("callbackUrl", "/there")])
        #expect(response.status == .ok && response.cookies.contains { $0.contains("app.example.com%2Fthere") })
    }

    @Test func ownErrorPageIsToldTheIncident() async throws {
        var browser = Browser(try Site { $0.pages.error = "/oops?a" })
        let response = await browser.get("/auth/error?error=Configuration&incident=0123456789abcdef")
        #expect(response.location == "/oops?a&error=Configuration&incident=0123456789abcdef")
    }

    @Test func malformedJSONIsABadRequest() async throws {
        var browser = Browser(try Site())
        for body in ["{", "[]", #"{"a":1,"a":2}"#] {
            let response = await browser.send(.post, "/auth/signout", type: "application/json", body)
            #expect(response.text == #""Bad request.""#)
        }
    }
}
