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

    @Test func malformedJSONIsABadRequest() async throws {
        var browser = Browser(try Site())
        for body in ["{", "[]", #"{"a":1,"a":2}"#] {
            let response = await browser.send(.post, "/auth/signout", type: "application/json", body)
            #expect(response.text == #""Bad request.""#)
        }
    }
}
