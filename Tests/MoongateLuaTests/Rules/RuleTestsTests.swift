import Moongate
import MoongateLua
import Synchronization
import Testing

/// The `tests` of rule files.
@Suite struct RuleTestsTests {
    private func report(_ rules: String, files: [String: String] = [:]) async throws -> SpecReport {
        let site = try await RuleSite(rules, files: files)
        let folder = try TemporaryFolder()
        for (name, text) in files.merging(["rules.lua": rules], uniquingKeysWith: { $1 }) {
            try folder.write(name, text)
        }
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path))
        return await RuleTests(owner, configuration: site.configuration, addresses: nil, budget: nil).run()
    }

    @Test func fileThatKeepsTestsFromRunningIsToldAsItIsCounted() async throws {
        let site = try await RuleSite("return { routes = {} }", files: [:])
        let folder = try TemporaryFolder()
        try folder.write("rules.lua", "return { routes = {")
        let told = Mutex<[String]>([])
        let report = await RuleTests(
            OwnedScripts(site: try ScriptSet.load(folder.path)), configuration: site.configuration, addresses: nil
        ).run(progress: { test in told.withLock { $0.append("\(test.file) › \(test.name)") } })
        #expect(told.withLock { $0 } == ["scripts/rules.lua › (the file)"])
        #expect(report.counts.failed == 1)
    }

    private func outcome(_ test: String) async throws -> String? {
        let report = try await report(
            """
            return {
              default = deny{ status = 404 },
              claims = { "suspended" },
              forbid = { { id = "suspended", when = function(c) return c.user.suspended == true end } },
              routes = {
                { id = "open", path = "/static/**", public = true },
                { id = "account", path = "/account/**", login = true },
                { id = "refund", path = "/refund", maxAge = 300, roles = { any = { "support" } } },
                { id = "why", path = "/why", public = true, decide = function(c) return redirect{ to = "/because" } end },
                { id = "broken", path = "/broken", public = true, decide = function(c) return c.nothing end },
              },
              tests = { { \(test) } },
            }
            """)
        #expect(report.tests.count == 1)
        return report.failures.first?.description
    }

    @Test(arguments: [
        "request = 'GET /static/a.css', allow = true", "request = 'GET /account/', login = true",
        "request = 'GET /account/', as = { id = '7' }, allow = true",
        "request = 'GET /account/', as = {}, allow = true",
        "request = 'GET /static/a.css', as = { suspended = true }, deny = 403", "request = 'GET /nothing', deny = 404",
        "request = 'GET /refund', as = { roles = { 'support' } }, authAge = 10, allow = true",
        "request = 'GET /refund', as = { roles = { 'support' } }, authAge = 301, stepUp = 300",
        "request = 'GET /refund', as = { roles = { 'support' } }, stepUp = true",
        "request = 'GET /refund', as = { roles = {} }, deny = true",
        "request = 'GET /why', redirect = '/because'", "request = 'GET /why', redirect = true",
        "request = 'GET /broken', error = true",
        "request = 'GET /static/../account/', deny = true", "request = 'GET /static//a', deny = 403",
    ])
    func testHolds(test: String) async throws { #expect(try await outcome(test) == nil) }

    @Test(arguments: [
        (
            "request = 'GET /account/', allow = true",
            "expected allow, got login by account (scripts/rules.lua:7), rule.login"
        ),
        (
            "request = 'GET /nothing', deny = 403",
            "expected deny (403), got deny (404) by default (scripts/rules.lua:2), rule.default"
        ),
        (
            "request = 'GET /why', redirect = '/other'",
            "expected redirect (/other), got redirect (https://app.example.com/because)"
        ),
        (
            "request = 'GET /static/../account/', login = true",
            "expected login, got deny (403), request.target; the path holds a dot segment"
        ),
        (
            "name = 'n', request = 'GET /broken', allow = true",
            "test \"n\": expected allow, got error by broken (scripts/rules.lua:10)"
        ),
    ])
    func testThatFailsSaysWhatCameOutAndWhoDecided(test: String, sentence: String) async throws {
        let failure = try #require(try await outcome(test))
        #expect(failure.contains(sentence), "\(failure)")
        #expect(failure.hasPrefix("scripts/rules.lua:12: test "))
        #expect(failure.hasSuffix("(rules.test)"))
    }

    @Test func testOfOneFileIsJudgedByAllFiles() async throws {
        let report = try await report(
            "return { routes = { { path = '/**', public = true } }, tests = { { request = 'GET /x', deny = true } } }",
            files: ["rules/a.lua": "return { forbid = { { path = '/x' } } }"])
        #expect(report.failures.isEmpty)
        #expect(report.counts.passed == 1)
    }

    @Test func nobodyIsAskedOverTheNetwork() async throws {
        let report = try await report(
            """
            return {
              routes = { { path = "/", public = true, decide = function(c) return nil end } },
              tests = { { request = "GET /", allow = true } },
            }
            """)
        #expect(report.failures.isEmpty)
    }
}
