import Testing

@testable import Moongate

@Suite struct FailingRedirectTests {
    private let log = LogLines()

    private func browser(_ scripts: ScriptedHooks) throws -> Browser {
        let site = try Site(Site(scripts: scripts), log: log)
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7", "sid": "s1"])
        return browser
    }

    private static let broken = [
        HookStep.failure("script.error"), .failure("script.steps"), .json("1"), .json("{}"),
        .returned(.denied(code: "no", message: nil)), .returned(.nothing),
    ]

    @Test(arguments: broken.indices) func signOutWorksAndLeadsToTheOrigin(_ index: Int) async throws {
        var browser = try browser(ScriptedHooks((.redirect, [Self.broken[index]])))
        let copy = try #require(browser.session)
        let response = await browser.post("/auth/signout", [("callbackUrl", "/bye")])
        #expect(response.location == "https://app.example.com" && browser.session == nil)
        #expect(browser.site.engine.token(from: [.authorization: "Bearer \(copy)"]) == nil)
        #expect(
            log.lines.contains {
                $0.level == .error && ["hook.type", "script.error", "script.steps"].contains($0.code)
            })
    }

    @Test func signOutLeadsWhereAScriptThatWorksSays() async throws {
        for (step, expected) in [
            (HookStep.json("\"/elsewhere\""), "/elsewhere"), (.returned(.null), "/bye"),
            (.json("\"https://evil.example/\""), ""),
        ] {
            var browser = try browser(ScriptedHooks((.redirect, [step])))
            let response = await browser.post("/auth/signout", [("callbackUrl", "/bye")])
            #expect(response.location == "https://app.example.com\(expected)" && browser.session == nil)
        }
        #expect(log.codes == ["redirect.foreign"])
    }

    @Test func nextScriptIsAskedAfterNilAlone() async throws {
        let asked = ScriptedHooks((.redirect, [.returned(.null)]), (.redirect, [.json("\"/second\"")]))
        var first = try browser(asked)
        #expect(await first.post("/auth/signout", [("callbackUrl", "/bye")]).location.hasSuffix("/second"))
        let settled = ScriptedHooks((.redirect, [.json("\"/first\"")]), (.redirect, [.json("\"/second\"")]))
        var second = try browser(settled)
        #expect(await second.post("/auth/signout", [("callbackUrl", "/bye")]).location.hasSuffix("/first"))
        #expect(settled.files.count == 1)
    }

    @Test(arguments: ["/auth/signin", "/auth/signout"]) func pagesAreShown(_ target: String) async throws {
        var browser = try browser(ScriptedHooks((.redirect, [.failure("script.error")])))
        let response = await browser.get("\(target)?callbackUrl=/x")
        #expect(response.status == .ok && response.text.contains("csrfToken"))
        #expect(log.codes == ["script.error"])
    }

    @Test func closureThatThrowsIsLoggedAndSignsNobodyOut() async throws {
        var hooks = Hooks()
        hooks.redirect = { _ in throw StandInRandom.Empty() }
        var browser = Browser(try Site(Site(hooks: hooks), log: log))
        #expect(await browser.get("/auth/signin?callbackUrl=/x").status == .ok)
        #expect(log.codes == ["hook.threw"])
    }

    @Test func hooksAfterAFailedRedirectAreGivenAFreshWorker() async throws {
        let scripts = ScriptedHooks(
            (.redirect, [.failure("script.error")]), (.signIn, [.json("true")]), (.jwt, [.json(#"{"sub":"u1"}"#)]))
        var browser = Browser(try Site(Site(scripts: scripts), log: log))
        _ = try await browser.signIn()
        #expect(browser.session != nil)
        let record = scripts.record
        #expect(record.leases == record.ends && record.misuses == 0)
    }

    @Test func whereNoWorkerIsFreeTheAnswerIs503() async throws {
        var browser = try browser(ScriptedHooks((.redirect, [.json("\"/x\"")]), isOverloaded: true))
        let response = await browser.get("/auth/signin?callbackUrl=/x")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
    }
}
