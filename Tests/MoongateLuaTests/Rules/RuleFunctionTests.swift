import Moongate
import MoongateLua
import MoongateTokens
import Testing

/// Functions of rule files, from the file to the decision.
@Suite struct RuleFunctionTests {
    /// A site whose one route asks this function.
    private func decide(_ body: String, claims: String = "", limits: ScriptLimits = RuleSite.limits) async throws
        -> Decision
    {
        let site = try await RuleSite(
            """
            return {
              claims = { \(claims) }, inject = { "X-Team" },
              routes = { { id = "r", path = "/o/:id", public = true,
                decide = function(c) \(body) end } },
            }
            """, limits: limits)
        return try await site.decide("GET", "/o/7?a=1", as: ["sub": "u1", "email": "a@example.com", "plan": "pro"])
    }

    private func when(_ body: String) async throws -> Decision {
        let site = try await RuleSite(
            """
            return {
              forbid = { { id = "f", when = function(c) \(body) end } },
              routes = { { path = "/**", public = true } },
            }
            """)
        return try await site.decide("GET", "/o/7", as: ["sub": "u1"])
    }

    @Test(
        arguments: [
            ("return nil", .allow), ("return allow()", .allow), ("return allow{}", .allow),
            ("return allow{ headers = { ['X-Team'] = 'blue' } }", .allow),
            ("return deny{ status = 404 }", .deny(status: 404)),
            ("return deny{ code = 'x' }", .deny(status: 403)), ("return login{}", .login(provider: nil)),
            ("return login{ provider = 'form' }", .login(provider: "form")),
            ("return stepUp{ maxAge = 60 }", .stepUp(maxAge: 60)),
            ("return redirect{ to = '/why', status = 303 }", .redirect(to: "https://app.example.com/why", status: 303)),
            ("return c.params.id == '7' and c.query.a == '1' and allow{} or deny()", .allow),
            ("if c.user.id == 'u1' then return nil end return deny()", .allow),
        ] as [(String, Decision.Verdict)])
    func decideAnswersWithAVerdict(body: String, expected: Decision.Verdict) async throws {
        #expect(try await decide(body).verdict == expected)
    }

    @Test(arguments: [
        ("", "hook.noReturn"), ("return", "hook.noReturn"), ("return true", "hook.type"), ("return false", "hook.type"),
        ("return 'allow'", "hook.type"), ("return {}", "hook.type"), ("return { headers = {} }", "hook.type"),
        ("return { ['@allow'] = {} }", "value.key"), ("return { allow{} }", "hook.type"),
        ("return allow", "value.function"),
        ("return json.decode('{\"@allow\":{\"headers\":{}}}')", "value.key"), ("error('x')", "script.error"),
        ("while true do end", "script.steps"), ("return c.nothing.here", "script.error"), ("return 1", "hook.type"),
        ("return allow{ headers = { ['X-Other'] = '1' } }", "rule.header"),
        ("return login{ provider = 'none' }", "provider.unknown"),
        ("return redirect{ to = 'https://evil.example.org/' }", "redirect.foreign"),
    ])
    func everythingElseLetsNobodyIn(body: String, code: String) async throws {
        var limits = RuleSite.limits
        limits.steps = 20_000
        let decision = try await decide(body, limits: limits)
        #expect(decision.verdict == .error)
        #expect(decision.code == code)
        #expect(decision.rule?.id == "r")
        #expect(decision.rule?.line == 3)
        #expect(decision.identityHeaders.map(\.value) == [nil])
    }

    @Test(
        arguments: [("return c.signedIn == false", .allow), ("return c.user.id == 'u1'", .deny(status: 403))]
            as [(String, Decision.Verdict)])
    func whenSaysTrueOrFalse(body: String, expected: Decision.Verdict) async throws {
        #expect(try await when(body).verdict == expected)
    }

    @Test(arguments: [
        "return nil", "return", "", "return 1", "return 'false'", "return {}", "return allow{}", "return deny{}",
        "error('x')",
        "return c.user and c.user.suspended == true",
    ])
    func conditionThatSaysNeitherIsAnError(body: String) async throws {
        let decision = try await when(body)
        #expect(decision.verdict == .error)
        #expect(decision.rule?.id == "f")
    }

    @Test func failureNamesFileAndLine() async throws {
        let decision = try await when("\n\n return nil")
        #expect(decision.message?.contains("scripts/rules.lua:2") == true)
        #expect(decision.message?.contains("`when` must return true or false, not nil") == true)
    }

    // MARK: verdicts are checked where they are made

    @Test(arguments: [
        ("allow{ headers = { ['X-Team'] = 'a\\nb' } }", "line breaks"),
        ("allow{ headers = { ['X-Team'] = 'a\\rb' } }", "line breaks"),
        ("allow{ headers = { ['X Team'] = 'a' } }", "name is made of"),
        ("allow{ headers = { ['X-Team'] = 7 } }", "a string, not a number"),
        ("allow{ headers = 'x' }", "a table of names"), ("allow{ header = {} }", "did you mean `headers`?"),
        ("allow('x')", "takes a table"),
        ("allow({}, {})", "takes one table"), ("deny{ status = 200 }", "is one of 401"),
        ("deny{ status = '404' }", "is one of 401"),
        ("deny{ code = 'a b' }", "code is made of"), ("deny{ message = 1 }", "message is a string"),
        ("login{ provider = 1 }", "id of a provider"),
        ("redirect{}", "takes a URL"), ("redirect{ to = '/x', status = 301 }", "302 or 303"),
        ("redirect{ to = 'a\\nb' }", "takes a URL"),
        ("stepUp{}", "takes seconds"), ("stepUp{ maxAge = 0 }", "takes seconds"),
        ("stepUp{ maxAge = 1.5 }", "takes seconds"),
    ])
    func wrongVerdictRaisesWhereItIsMade(call: String, sentence: String) async throws {
        let decision = try await decide("return \(call)")
        #expect(decision.verdict == .error)
        #expect(decision.code == "script.error")
        #expect(decision.message?.contains(sentence) == true, "\(decision.message ?? "")")
    }

    @Test func valueWithAnNULIsRefused() async throws {
        #expect(try await decide("return allow{ headers = { ['X-Team'] = 'a\\0b' } }").verdict == .error)
    }

    // MARK: fields

    @Test(arguments: [
        ("c.sigendIn", "c.sigendIn: there is no such field; did you mean `signedIn`?"),
        ("c.session", "c.session: there is no such field"), ("c[1]", "c[1]: there is no such field"),
        ("c.user.plam", "c.user.plam: not named in claims; did you mean `plan`?"),
        ("c.user.suspended", "c.user.suspended: not named in claims"),
        ("c.user[true]", "c.user[boolean]: not named in claims"),
        ("c.params.tenat", "c.params.tenat: not in the path of this rule"),
    ])
    func fieldThatIsNotThereRaises(field: String, sentence: String) async throws {
        let decision = try await decide("local x = \(field) return nil", claims: "'plan', 'team'")
        #expect(decision.verdict == .error)
        #expect(decision.message?.contains(sentence) == true, "\(decision.message ?? "")")
    }

    @Test(arguments: [
        "c.user.team == nil", "c.ip == nil", "c.authTime == nil", "c.user.plan == 'pro'", "c.user.name == nil",
    ])
    func listedFieldIsNilWhereItIsAbsent(condition: String) async throws {
        #expect(
            try await decide("if \(condition) then return nil end return deny()", claims: "'plan', 'team'").verdict
                == .allow)
    }

    @Test(arguments: [
        "getmetatable(c) == false", "getmetatable(c.user) == false", "not pcall(setmetatable, c, {})",
        "not pcall(setmetatable, c.user, nil)",
        "next(c.params) == 'id'",
        "(function() local n = 0 for k in pairs(c.user) do n = n + 1 end return n end)() == 4",
        "(function() c.user.extra = 1 return c.user.extra end)() == 1", "#c == 0",
        "json.encode(c.user):find('u1', 1, true) ~= nil",
        "not pcall(function() return c.user.nothing end)",
    ])
    func theTableIsOtherwiseLikeAny(condition: String) async throws {
        let decision = try await decide("if \(condition) then return nil end return deny()", claims: "'plan'")
        #expect(decision.verdict == .allow, "\(decision.message ?? "")")
    }

    @Test func nextRequestHasFieldsOfItsOwn() async throws {
        let site = try await RuleSite(
            """
            return { routes = { { path = "/**", public = true, decide = function(c)
              if c.user.id == "a" then c.user.extra = true return nil end
              return deny{ code = tostring(pcall(function() return c.user.extra end)) }
            end } } }
            """)
        #expect(try await site.decide("GET", "/", as: ["sub": "a"]).verdict == .allow)
        #expect(try await site.decide("GET", "/", as: ["sub": "b"]).code == "false")
    }

    // MARK: other hooks

    @Test(arguments: ["allow{}", "login{}", "redirect{ to = '/' }", "stepUp{ maxAge = 1 }", "deny{ status = 404 }"])
    func otherHooksTakeNoVerdictOfRules(verdict: String) async throws {
        for hook in [HookName.signIn, .authorize] {
            let bench = try HookBench([hook.rawValue: "return function(p) return \(verdict) end"])
            #expect(await bench.failure(hook)?.code == "hook.type")
        }
    }

    @Test func ledgerHasALineForEachFile() async throws {
        let site = try await RuleSite(
            "return { routes = { { path = '/**', public = true, decide = function(c) return nil end } } }",
            files: ["rules/a.lua": "return { forbid = { { when = function(c) return false end } } }"])
        _ = try await site.decide("GET", "/")
        let lines = site.runner.ledger.rows.filter { $0.hook == .rules }
        #expect(lines.map(\.file) == ["scripts/rules.lua", "scripts/rules/a.lua"])
        #expect(lines.map(\.totals.calls) == [1, 1])
    }
}
