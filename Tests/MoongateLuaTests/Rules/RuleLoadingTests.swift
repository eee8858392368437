import MoongateLua
import Testing

@testable import Moongate

/// What is wrong with rule files is said when they are loaded: all of it, each with its line.
@Suite struct RuleLoadingTests {
    private func problem(_ text: String) async -> String {
        await RuleSite.failures(text).map { "\($0.line ?? 0) \($0.code)" }.joined(separator: ", ")
    }

    @Test(
        arguments: [
            ("return 1", "0 hook.notFunction"), ("return nil", "0 hook.notFunction"), ("", "0 hook.notFunction"),
            ("return function() end", "0 hook.notFunction"), ("return {", "1 script.syntax"),
            ("error('x')", "1 script.error"),
            ("return {\n route = {} }", "2 rules.unknownKey"), ("return {\n routes = 1 }", "2 rules.type"),
            ("return { routes = {\n 'x' } }", "2 rules.type"),
            ("return { routes = {\n { public = true } } }", "2 rules.missing"),
            ("return { routes = {\n { path = '/a' } } }", "2 rules.missing"),
            ("return { routes = {\n { path = 'a', public = true } } }", "2 rules.path"),
            ("return { routes = {\n { path = '/a//b', public = true } } }", "2 rules.path"),
            ("return { routes = {\n { path = '/**/a', public = true } } }", "2 rules.path"),
            ("return { routes = {\n { path = '/a', pubilc = true } } }", "2 rules.unknownKey, 2 rules.missing"),
            ("return { routes = {\n { path = '/a', public = true, login = true } } }", "2 rules.conflict"),
            ("return { routes = {\n { path = '/a', public = false } } }", "2 rules.value"),
            ("return { routes = {\n { path = '/a', login = false } } }", "2 rules.value"),
            ("return { routes = {\n { path = '/a', login = true,\n methods = {} } } }", "3 rules.unreachable"),
            ("return { routes = {\n { path = '/a', login = true,\n methods = { 'get' } } } }", "3 rules.value"),
            ("return { routes = {\n { path = '/a', login = true,\n methods = { 'PSOT' } } } }", "3 rules.value"),
            (
                "return { routes = {\n { path = '/a', login = true,\n methods = { 'LIST', 'BATCH', 'DELTE' } } } }",
                "3 rules.value"
            ),
            ("return { routes = {\n { path = '/a', roles = { any = {} } } } }", "2 rules.unreachable"),
            ("return { routes = {\n { path = '/a', roles = { 'x' } } } }", "2 rules.type"),
            ("return { routes = {\n { path = '/a', scopes = { 'a b' } } } }", "2 rules.value"),
            ("return { routes = {\n { path = '/a', maxAge = 0 } } }", "2 rules.value"),
            ("return { routes = {\n { path = '/a', public = true,\n network = 'office' } } }", "3 rules.value"),
            ("return { routes = {\n { path = '/a', public = true,\n when = true } } }", "3 rules.type"),
            ("return { routes = {\n { path = '/a', public = true,\n decide = allow{} } } }", "3 rules.type"),
            ("return { default = true }", "1 rules.type"), ("return { default = { status = 404 } }", "1 rules.type"),
            ("return {\n forbid = {\n {} } }", "3 rules.missing"),
            ("return { forbid = {\n { deny = deny{} } } }", "2 rules.missing"),
            ("return { forbid = {\n { path = '/a',\n deny = allow{} } } }", "3 rules.type"),
            ("return { hosts = {\n 'https://a' } }", "2 rules.value"), ("return { hosts = {} }", "1 rules.value"),
            ("return { networks = {\n office = { '10.0.0/8' } } }", "2 rules.value"),
            ("return { claims = {\n 1 } }", "2 rules.type"),
            ("return { inject = {\n 'Host' } }", "2 rules.value"),
            ("return { inject = {\n 'X-A', 'x_a' } }", "2 rules.conflict"),
            ("return { inject = {\n ['X-A'] = 'plan' } }", "2 rules.value"),
            ("return { inject = {\n 'X-Forwarded-For' } }", "2 rules.value"),
            (
                "return { inject = {\n 'X-Auth-Status', 'Vary', 'X-Auth-Set-Cookie-1' } }",
                "2 rules.value, 2 rules.value, 2 rules.value"
            ),
            ("return { networks = {\n office = { '::ffff:10.20.0.0/16' } } }", "2 rules.value"),
            // Values that the text has and the table has not.
            (
                "local k = { ok = 'x' }\nreturn { routes = {\n { path = '/a', login = true,\n when = k.ownr } } }",
                "4 rules.nil"
            ),
            ("local k = {}\nreturn { networks = {\n office = k.ofice } }", "3 rules.nil"),
            ("local k = {}\nreturn {\n routes = k.routes }", "3 rules.nil"),
            ("local k = {}\nreturn { forbid = { { path = '/x' },\n k.typo } }", "3 rules.nil"),
            (
                "local k = {}\nreturn { routes = {\n { path = '/o', roles = { all = { 'admin', k.owner } } } } }",
                "3 rules.nil"
            ),
            (
                "return { routes = {\n { path = '/x', roles = { any = { 'a' } },\n roles = { any = { 'b' } } } } }",
                "3 rules.duplicateKey"
            ),
            ("return { routes = {},\n routes = {} }", "2 rules.duplicateKey"),
            // Which table is returned, the text does not say; nobody is a user like another.
            ("local x\nif not x then return {} end\nx = allow{}\nreturn { default = x }", ""),
            (
                "local x\nreturn { routes = { { path = '/a', login = true } },\n"
                    + "tests = { { request = 'GET /a', as = x, login = true } } }", ""
            ),
            ("local w = { 'a' }\nreturn { roles = { b = { 'c' }, ['b.w'] = w } }", ""),
            // Tests of what nobody sends hold whatever the rules are.
            ("return { tests = {\n { request = 'GET a', deny = true } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'get /a', deny = true } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'GET https://a/b', deny = true } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'GET /a\\n', deny = true } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'GET /a', deny = true, host = 'https://a' } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'GET /a', deny = true, ip = '10.20.0.300' } } }", "2 rules.value"),
            ("return { tests = {\n { request = 'GET /a', deny = true, authAge = 5 } } }", "2 rules.value"),
            // What a GET route matches, too.
            (
                "return { forbid = { { path = '/a', methods = { 'GET' } } }, routes = {\n"
                    + " { path = '/a', public = true,\n methods = { 'GET', 'HEAD' } } } }", "2 rules.unreachable"
            ),
            ("return { roles = {\n a = { 'b' }, b = { 'a' } } }", "2 rules.roles"),
            ("return { roles = {\n a = { 'b' }, b = { 'a' },\n c = { 'c' } } }", "2 rules.roles, 3 rules.roles"),
            (
                "return { inject = { 'X-A' },\n default = allow{ headers = { x_a = '1', ['X-B'] = '2' } } }",
                "2 rules.value"
            ),
            (
                "return { routes = {\n { id = 'a', path = '/a', public = true },\n { id = 'a', path = '/b', public = true } } }",
                "3 rules.id"
            ),
            (
                "return { forbid = { { path = '/a/**' } },\n routes = {\n { path = '/a/b', public = true } } }",
                "3 rules.unreachable"
            ),
            ("return { tests = {\n { allow = true } } }", "2 rules.missing"),
            ("return { tests = {\n { request = 'GET /' } } }", "2 rules.value"),
            ("return { tests = {\n { request = '/a', allow = true } } }", "2 rules.value"),
            (
                "return { routes = { { path = '/a', public = true, when = function(c)\n return true end } },\n default = 1 }",
                "3 rules.type"
            ),
        ])
    func mistakeHasItsLine(text: String, expected: String) async { #expect(await problem(text) == expected) }

    @Test func rolesThatGoInACircleAreNamedInOrder() async {
        let roles = "return { roles = { c = { 'x', 'a' }, a = { 'b' }, b = { 'x', 'c' }, x = {} } }"
        let failures = await RuleSite.failures(["rules.lua": roles])
        #expect(failures.map(\.message) == ["roles.a: includes itself: a → b → c → a; take one of these away"])
    }

    @Test func roleThatOnlyLeadsToACircleIsNotInIt() async {
        let roles = "return { roles = { a = { 'b', 'c' }, b = { 'c' }, c = { 'd' }, d = { 'c', 'e' }, e = { 'f' } } }"
        let failures = await RuleSite.failures(["rules.lua": roles])
        #expect(failures.map(\.message) == ["roles.c: includes itself: c → d → c; take one of these away"])
    }

    @Test func rolesOfAllFilesAreCounted() async {
        let files = (0..<3).map { file in
            let roles = (0..<400).map { "r\($0 + 400 * file) = { 'r\($0 + 400 * file + 1)' }" }
            return (
                "rules/f\(file).lua",
                "return { hosts = { 'h\(file)' }, roles = {\n\(roles.joined(separator: ",\n")) } }"
            )
        }
        let failures = await RuleSite.failures(Dictionary(uniqueKeysWithValues: files))
        #expect(failures.map(\.message) == ["there are more than 1024 roles in all files"])
        #expect(failures.first?.script == "scripts/rules/f2.lua")
    }

    @Test func headerOfTheDefaultMayBeInjectedByAnotherFile() async throws {
        _ = try await RuleSite.load([
            "rules.lua": "return { default = allow{ headers = { ['X-Plan'] = 'none' } } }",
            "rules/b.lua": "return { hosts = { 'b' }, inject = { 'X-Plan' } }",
        ])
    }

    @Test func rightFilesLoad() async throws {
        let runner = try await RuleSite.load([
            "rules.lua": "return {}", "rules/b.lua": "return { hosts = { 'b' } }", "rules/a-1_x.lua": "return {}",
        ])
        #expect(
            runner.rules.files.map(\.name) == ["scripts/rules.lua", "scripts/rules/a-1_x.lua", "scripts/rules/b.lua"])
    }

    @Test func allMistakesOfAllFilesAreToldAtOnce() async {
        let failures = await RuleSite.failures([
            "rules.lua": "return { a = 1, b = 2 }",
            "rules/shop.lua": "return { routes = { { path = 'x', public = true } } }",
            "jwt.lua": "return 1",
        ])
        #expect(
            failures.compactMap(\.script).sorted() == [
                "scripts/jwt.lua", "scripts/rules.lua", "scripts/rules.lua", "scripts/rules/shop.lua",
            ])
    }

    @Test func ambiguityNamesBothPlacesAndASample() async {
        let failures = await RuleSite.failures([
            "rules.lua": "return { routes = {\n { id = 'one', path = '/a/*', public = true } } }",
            "rules/b.lua": "return { routes = {\n\n { id = 'two', path = '/*/b', login = true } } }",
        ])
        #expect(failures.map(\.code) == ["rules.ambiguous"])
        let text = failures.first?.description ?? ""
        #expect(text.contains("scripts/rules/b.lua:3"))
        #expect(text.contains("one (scripts/rules.lua:2)"))
        #expect(text.contains("GET /a/b"))
    }

    @Test func nameOfAFileIsPlain() async {
        #expect(await RuleSite.failures(["rules/a b.lua": "return {}"]).map(\.code) == ["script.name"])
    }

    @Test func aFileMoreOrLessIsAnotherDigest() throws {
        let folder = try TemporaryFolder()
        try folder.write("rules.lua", "return {}")
        let one = try ScriptSet.load(folder.path).digest
        try folder.write("rules/a.lua", "return {}")
        let two = try ScriptSet.load(folder.path).digest
        try folder.write("rules/a.lua", "return { }")
        #expect(Set([one, two, try ScriptSet.load(folder.path).digest]).count == 3)
    }

    /// Routes beyond what a call may return, and beyond what one table may have as keys.
    @Test func tenThousandRoutesLoad() async throws {
        let runner = try await RuleSite.load([
            "rules.lua": """
            local routes = {}
            for i = 1, 10000 do routes[i] = { path = "/r" .. i .. "/:id", roles = { any = { "support", "finance" } } } end
            return { routes = routes }
            """
        ])
        #expect(runner.rules.routeCount == 10_000)
    }

    @Test func constantsAndLibrariesMayMakeRules() async throws {
        let runner = try await RuleSite.load([
            "rules.lua": "local staff = require 'staff' return { routes = { { path = '/a', roles = staff } } }",
            "lib/staff.lua": "return { any = { 'support' } }",
        ])
        #expect(runner.rules.routeCount == 1)
    }
}
