import HTTPTypes
import Testing

@testable import Moongate

/// What of the browser module the engine can show; what it does is tried in a browser, from outside.
@Suite struct ClientFileTests {
    static let files = ["/auth/client.js", "/auth/client.d.ts"]

    private func answer(
        _ method: HTTPRequest.Method, _ target: String, ifNoneMatch: String? = nil
    ) async throws -> AuthResponse {
        var browser = Browser(try Site())
        if let ifNoneMatch { browser.headers[.ifNoneMatch] = ifNoneMatch }
        return await browser.send(method, target)
    }

    @Test func moduleIsJavaScript() async throws {
        let response = try await answer(.get, "/auth/client.js")
        #expect(response.status == .ok && response.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(response.text.contains("import.meta.url") && response.text.contains("export async function signIn("))
    }

    @Test func typesArePlainText() async throws {
        let response = try await answer(.get, "/auth/client.d.ts")
        #expect(response.status == .ok && response.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(response.text.contains("export function signIn("))
    }

    @Test(arguments: files)
    func fileIsTheSameForEverybody(_ target: String) async throws {
        let response = try await answer(.get, target)
        #expect(response.cookies.isEmpty)
        #expect(response.headers[.cacheControl] == "public, max-age=3600")
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test func filesHaveTagsOfTheirOwn() async throws {
        let tags = [try await answer(.get, "/auth/client.js"), try await answer(.get, "/auth/client.d.ts")].map {
            $0.headers[.eTag]
        }
        #expect(tags[0] != tags[1])
        for tag in tags { #expect(tag?.wholeMatch(of: /"[A-Za-z0-9_-]{16}"/) != nil) }
        #expect(try await answer(.get, "/auth/client.js").headers[.eTag] == tags[0])
    }

    @Test(arguments: files)
    func whoHasTheFileIsToldSo(_ target: String) async throws {
        let tag = try #require(try await answer(.get, target).headers[.eTag])
        for field in [tag, "W/" + tag, #""other", \#(tag)"#, "*"] {
            let response = try await answer(.get, target, ifNoneMatch: field)
            #expect(response.status == .notModified && response.body.isEmpty && response.headers[.eTag] == tag)
            #expect(response.headers[.cacheControl] == "public, max-age=3600")
        }
    }

    @Test(arguments: [#""other""#, "", "client.js", #""other", "another""#])
    func whoHasAnotherFileIsGivenThisOne(_ field: String) async throws {
        let response = try await answer(.get, "/auth/client.js", ifNoneMatch: field)
        #expect(response.status == .ok && !response.body.isEmpty)
    }

    @Test(arguments: files)
    func headTellsTheLengthAndHasNoBody(_ target: String) async throws {
        let response = try await answer(.head, target)
        #expect(response.status == .ok && response.body.isEmpty)
        #expect(response.headers[.contentLength] == String(try await answer(.get, target).body.count))
    }

    @Test(arguments: files)
    func postIsAConfigurationErrorAsForOtherActions(_ target: String) async throws {
        var browser = Browser(try Site())
        let response = await browser.post(target)
        #expect(response.status == .found && response.location.contains("/auth/error?error=Configuration"))
    }

    @Test(arguments: ["/auth/client.js/corp", "/auth/client.mjs", "/auth/client", "/auth/Client.js", "/client.js"])
    func whatIsNoFileIsABadRequest(_ target: String) async throws {
        #expect(try await answer(.get, target).status == .badRequest)
    }

    @Test func addressMayCarryAQuery() async throws {
        #expect(try await answer(.get, "/auth/client.js?v=2").status == .ok)
    }

    @Test func fileIsReadWithoutAskingARedirectHook() async throws {
        var hooks = Hooks()
        hooks.redirect = { _ in throw StoreError(.unavailable, "down") }
        let site = try Site(hooks: hooks)
        var browser = Browser(site)
        #expect(await browser.get("/auth/client.js?callbackUrl=/x").status == .ok)
    }
}
