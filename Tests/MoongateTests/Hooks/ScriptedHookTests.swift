import Testing

@testable import Moongate

@Suite struct ScriptedSignInTests {
    private func signIn(_ step: HookStep) async throws -> (response: AuthResponse, session: String?, codes: [String]) {
        let log = LogLines()
        let site = try Site(Site(scripts: ScriptedHooks((.signIn, [step]))), log: log)
        var browser = Browser(site)
        let response = try await browser.signIn()
        let user = try await site.store.findUser(email: "ada@example.com")
        #expect((user == nil) == (browser.session == nil), "who has no session left no row")
        return (response, browser.session, log.codes)
    }

    @Test func trueLetsIn() async throws {
        let result = try await signIn(.json("true"))
        #expect(result.session != nil && result.codes.isEmpty)
    }

    @Test func falseIsAccessDenied() async throws {
        let result = try await signIn(.json("false"))
        #expect(result.response.location.hasSuffix("/auth/error?error=AccessDenied") && result.session == nil)
        #expect(result.codes == ["signIn.denied"])
    }

    @Test func denialsCodeStandsInTheLogAlone() async throws {
        let result = try await signIn(.returned(.denied(code: "plan.expired", message: "since May")))
        #expect(result.response.location.hasSuffix("/auth/error?error=AccessDenied") && result.session == nil)
        #expect(result.codes == ["plan.expired"] && result.response.cookies.isEmpty)
    }

    @Test func urlLeadsElsewhereWithoutASession() async throws {
        let result = try await signIn(.json("\"/wait\""))
        #expect(result.response.location == "https://app.example.com/wait" && result.session == nil)
    }

    @Test(arguments: ["1", "{}", "[]", "null", "{"]) func otherTypesAreNoPermission(_ text: String) async throws {
        let result = try await signIn(.json(text))
        #expect(result.response.location.contains("/auth/error?error=Configuration&incident="))
        #expect(result.session == nil && result.codes == ["hook.type"])
    }

    @Test func nilAndNothingAreNoPermission() async throws {
        for step in [HookStep.returned(.null), .returned(.nothing)] {
            let result = try await signIn(step)
            #expect(result.session == nil && result.codes == ["hook.type"])
        }
    }

    @Test func failureIsNoPermission() async throws {
        let result = try await signIn(.failure("script.error"))
        #expect(result.response.location.contains("error=Configuration") && result.session == nil)
        #expect(result.codes == ["script.error"])
    }
}

@Suite struct ScriptedTokenTests {
    private func browser(_ scripts: ScriptedHooks, log: LogLines = LogLines()) throws -> Browser {
        let site = try Site(Site(scripts: scripts), log: log)
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7", "name": "Ada", "sid": "s1"])
        return browser
    }

    @Test func returnedTokenIsWhatTheSessionIsMadeOf() async throws {
        var browser = try browser(ScriptedHooks((.jwt, [.json(#"{"name":"Grace","sid":"s1","sub":"7"}"#)])))
        #expect(await browser.get("/auth/session").text.contains("Grace"))
    }

    @Test func nilEndsTheSessionForEveryCopy() async throws {
        var browser = try browser(ScriptedHooks((.jwt, [.returned(.null)])))
        let copy = browser
        #expect(await browser.get("/auth/session").text == "null")
        #expect(browser.session == nil)
        #expect(copy.site.engine.token(from: [.authorization: "Bearer \(copy.session ?? "")"]) == nil)
    }

    @Test func nilAtSignInGivesNoSession() async throws {
        var browser = Browser(try Site(scripts: ScriptedHooks((.jwt, [.returned(.null)]))))
        let response = try await browser.signIn()
        #expect(response.location == "https://app.example.com" && browser.session == nil)
    }

    @Test(arguments: ["[]", "true", "\"x\"", "1"])
    func otherTypesAre503AndLeaveTheCookie(_ text: String) async throws {
        let log = LogLines()
        var browser = try browser(ScriptedHooks((.jwt, [.json(text)])), log: log)
        let before = browser.session
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty && browser.session == before)
        #expect(log.codes == ["hook.type"])
    }

    @Test(arguments: ["null", "[]", "true"])
    func sessionHookThatReturnsNoTableIs503(_ text: String) async throws {
        var browser = try browser(ScriptedHooks((.session, [.json(text)])))
        #expect(await browser.get("/auth/session").status == .serviceUnavailable)
        #expect(browser.session != nil)
    }

    @Test func sessionHooksTableIsTheAnswer() async throws {
        var browser = try browser(ScriptedHooks((.session, [.json(#"{"plan":"free"}"#)])))
        #expect(await browser.get("/auth/session").text == #"{"plan":"free"}"#)
    }

    @Test func reservedClaimsAreReportedOncePerFile() async throws {
        let log = LogLines()
        let step = HookStep.json(#"{"name":"Ada","sid":"s1","sub":"7"}"#, restored: ["exp", "sub"])
        var browser = try browser(ScriptedHooks((.jwt, [step]), (.jwt, [step])), log: log)
        _ = await browser.get("/auth/session")
        _ = await browser.get("/auth/session")
        #expect(log.codes == ["claims.reserved", "claims.reserved"])
        #expect(Set(log.lines.map { "\($0.metadata["script"] ?? "")" }) == ["scripts/jwt0.lua", "scripts/jwt1.lua"])
        #expect(log.lines.allSatisfy { $0.metadata["claims"] == "exp sub" })
    }

    @Test func nextGenerationReportsThemAgain() async throws {
        let log = LogLines()
        let step = HookStep.json(#"{"name":"Ada","sid":"s1","sub":"7"}"#, restored: ["sub"])
        var browser = try browser(ScriptedHooks((.jwt, [step])), log: log)
        _ = await browser.get("/auth/session")
        browser.site.engine.install(browser.site.engine.generation)
        _ = await browser.get("/auth/session")
        #expect(log.codes == ["claims.reserved", "claims.reserved"])
    }

    @Test func readOfAnOwnRouteReportsThemToo() async throws {
        let log = LogLines()
        let step = HookStep.json(#"{"name":"Ada","sid":"s1","sub":"7"}"#, restored: ["sub"])
        let browser = try browser(ScriptedHooks((.jwt, [step])), log: log)
        let cookie = "\(browser.site.names.session)=\(browser.session ?? "")"
        for _ in 0..<2 {
            _ = try await browser.site.engine.session(from: AuthRequest(target: "/mine", headers: [.cookie: cookie]))
        }
        #expect(log.codes == ["claims.reserved"])
    }

    @Test func scriptsThatLeaveThemAloneAreNotReported() async throws {
        let log = LogLines()
        var browser = try browser(ScriptedHooks((.jwt, [.json(#"{"sub":"7"}"#)])), log: log)
        _ = await browser.get("/auth/session")
        #expect(log.codes.isEmpty)
    }
}

@Suite struct ScriptedLeaseTests {
    private let token = HookStep.json(#"{"name":"Ada","sid":"s1","sub":"7"}"#)

    private func read(_ scripts: ScriptedHooks) async throws -> AuthResponse {
        let site = try Site(scripts: scripts)
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7", "name": "Ada", "sid": "s1"])
        return await browser.get("/auth/session")
    }

    @Test func waitingScriptIsGoneOnWithUntilItIsDone() async throws {
        let scripts = ScriptedHooks((.jwt, [.pending, .pending, token]), (.session, [.pending, .json("{}")]))
        #expect(try await read(scripts).text == "{}")
        #expect(scripts.record.proceeds == 3)
    }

    @Test func waitingScriptMayFail() async throws {
        let scripts = ScriptedHooks((.jwt, [.pending, .failure("script.wall")]))
        #expect(try await read(scripts).status == .serviceUnavailable)
        #expect(scripts.record.ends == 1)
    }

    @Test func oneWorkerServesAllHooksOfARequestAndIsGivenBackOnce() async throws {
        let scripts = ScriptedHooks((.jwt, [token]), (.jwt, [token]), (.session, [.json("{}")]))
        _ = try await read(scripts)
        let record = scripts.record
        #expect(record.calls.count == 3 && record.leases == 1 && record.ends == 1 && record.misuses == 0)
    }

    @Test func failingScriptGivesTheWorkerBackOnce() async throws {
        let scripts = ScriptedHooks((.jwt, [.failure("script.error")]), (.jwt, [token]))
        _ = try await read(scripts)
        let record = scripts.record
        #expect(record.calls.count == 1 && record.leases == 1 && record.ends == 1 && record.misuses == 0)
    }

    @Test func requestWithoutASessionBorrowsNothing() async throws {
        let scripts = ScriptedHooks((.jwt, [token]))
        var browser = Browser(try Site(scripts: scripts))
        _ = await browser.get("/auth/session")
        #expect(scripts.record.leases == 0)
    }

    @Test func signInOfManyHooksBorrowsOneWorker() async throws {
        let scripts = ScriptedHooks(
            (.signIn, [.json("true")]), (.signIn, [.pending, .json("true")]), (.jwt, [.json(#"{"sub":"u1"}"#)]))
        var browser = Browser(try Site(scripts: scripts))
        _ = try await browser.signIn()
        let record = scripts.record
        #expect(browser.session != nil && record.leases == 1 && record.ends == 1 && record.misuses == 0)
    }

    @Test func noFreeWorkerIs503AndLeavesTheCookie() async throws {
        let response = try await read(ScriptedHooks((.jwt, [token]), isOverloaded: true))
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
        #expect(response.headers[.retryAfter] == "1")
    }
}
