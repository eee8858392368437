import Testing

@testable import Moongate

@Suite struct IncidentTests {
    private func browser(_ hooks: Hooks = Hooks(), isDevelopment: Bool = false) throws -> Browser {
        let site = try Site("http://localhost:3000", hooks: hooks) {
            if isDevelopment { $0.development = DevelopmentMode(key: Secret("key")) }
        }
        var browser = Browser(site)
        browser.authority = "localhost:3000"
        browser.peer = PeerAddress("127.0.0.1")
        return browser
    }

    /// A hook that fails with words which only the log and a developer may see.
    private var failing: Hooks {
        var hooks = Hooks()
        hooks.jwt = { _, _ in
            throw ScriptFailure(code: "script.error", message: "a nil <value>", script: "scripts/jwt.lua", line: 3)
        }
        return hooks
    }

    @Test func incidentOfOurFormIsShown() async throws {
        var browser = try browser()
        let page = await browser.get("/auth/error?error=Configuration&incident=0123456789abcdef")
        #expect(page.text.contains("<code>0123456789abcdef</code>"))
    }

    @Test(arguments: [
        "", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg", "call%20555-1234!!!",
        "%3Cb%3Ex%3C/b%3E", "0123456789abcde%0A", "%C3%A9123456789abcde",
    ])
    func anythingElseIsSomebodysTextAndNotShown(_ incident: String) async throws {
        var browser = try browser()
        let page = await browser.get("/auth/error?error=Configuration&incident=\(incident)")
        #expect(page.status.code == 500 && !page.text.contains("If you ask for help"))
    }

    @Test(arguments: [true, false]) func errorPageSaysWhyInDevelopmentAlone(isDevelopment: Bool) async throws {
        var browser = try browser(failing, isDevelopment: isDevelopment)
        let response = try await browser.signIn()
        let target = response.location.replacing("http://localhost:3000", with: "")
        #expect(target.hasPrefix("/auth/error?error=Configuration&incident="))
        let page = await browser.get(target).text
        #expect(page.contains("<p class=\"incident\">"))
        #expect(page.contains("scripts/jwt.lua:3: a nil &lt;value&gt; (script.error)") == isDevelopment)
        #expect(page.contains("jwt.lua") == isDevelopment && page.contains("Development mode") == isDevelopment)
    }

    @Test(arguments: [true, false]) func unavailableSaysWhyInDevelopmentAlone(isDevelopment: Bool) async throws {
        var browser = try browser(failing, isDevelopment: isDevelopment)
        browser.jar[browser.site.names.session] = try browser.site.sealed(["sub": "7"])
        let read = await browser.get("/auth/session"), page = await browser.get("/")
        #expect(read.status == .serviceUnavailable && page.status == .serviceUnavailable)
        #expect(read.text.contains("scripts/jwt.lua:3") == isDevelopment)
        #expect(page.text.contains("scripts/jwt.lua:3") == isDevelopment)
        #expect(page.text.contains("<p class=\"incident\">") && read.cookies.isEmpty)
    }

    @Test func refusalIsNoIncident() async throws {
        var hooks = Hooks()
        hooks.signIn = { _ in .deny(Denial(Denial.Code("plan"), "internal reason")) }
        var browser = try browser(hooks, isDevelopment: true)
        let response = try await browser.signIn()
        #expect(response.location == "http://localhost:3000/auth/error?error=AccessDenied")
        #expect(await !browser.get("/auth/error?error=AccessDenied").text.contains("internal reason"))
    }

    @Test func detailOfAnotherRequestIsNotShown() async throws {
        var browser = try browser(failing, isDevelopment: true)
        _ = try await browser.signIn()
        let page = await browser.get("/auth/error?error=Configuration&incident=0000000000000000")
        #expect(!page.text.contains("jwt.lua"))
    }
}
