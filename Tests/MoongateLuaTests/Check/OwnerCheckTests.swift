import LuaHost
import Moongate
import Testing

@testable import MoongateLua

@Suite struct OwnerCheckTests {
    private func problems(
        _ script: String, as name: String = "jwt", needs: ScriptNeeds = ScriptNeeds(),
        libraries: [String: String] = [:],
        specs: [String: String] = [:]
    ) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write("\(name).lua", script)
        for (name, text) in libraries { try folder.write("lib/\(name).lua", text) }
        for (name, text) in specs { try folder.write("spec/\(name).lua", text) }
        let scripts = OwnedScripts(site: try ScriptSet.load(folder.path), needs: needs)
        let config = Array("return {\n  scripts = { needs = {\n    secrets = { 'A' },\n    kv = true,\n  } },\n}".utf8)
        let place = OwnerCheck.Needs(file: "config.lua", path: "scripts.needs", text: config, declared: needs)
        return OwnerCheck(scripts, needs: place).problems().map(\.description)
    }

    private func body(_ body: String, needs: ScriptNeeds = ScriptNeeds()) throws -> [String] {
        try problems("return function(p)\n  \(body)\n  return p.token\nend", needs: needs)
    }

    @Test func scriptThatIsRightHasNoProblem() throws {
        #expect(
            try problems(
                """
                local roles = require "roles"
                local find = string.find
                return function(p)
                  local user = p.user
                  if user then
                    for i, group in ipairs(user.groups or {}) do
                      log.info("group", { i = i, group = group, name = find(group, "a") and json.null })
                    end
                    p.token.role = roles.of(user) .. tostring(math.max(1, 2))
                  end
                  return p.token
                end
                """, libraries: ["roles": "local roles = {} function roles.of(u) return u.id end return roles"]) == [])
    }

    @Test func syntaxErrorHasLineAndColumn() throws {
        #expect(
            try problems("return function(p)\n  local x = end 1\nend") == [
                "scripts/jwt.lua:2:13: error: unexpected symbol near 'end' (script.syntax)"
            ])
    }

    @Test(arguments: [
        (
            "tokn = 1",
            "2:3: error: assignment to the undeclared global 'tokn'; is a `local` missing? (script.undeclared)"
        ),
        (
            "do local a = 1 end log.info(a)",
            "2:31: error: undeclared global 'a'; the local of this name is declared behind this, or in a block of its own "
                + "(script.undeclared)"
        ),
        ("local a = pairz(p)", "2:13: error: undeclared global 'pairz'; did you mean 'pairs'? (script.undeclared)"),
        (
            "local token = 1; log.info(tokne)",
            "2:29: error: undeclared global 'tokne'; did you mean 'token'? (script.undeclared)"
        ),
        (
            "log.inof('x')", "2:7: error: there is no log.inof; did you mean log.info? (script.unknownFunction)"
        ),
        (
            "local l = log; l.inof('x')",
            "2:20: error: there is no log.inof; did you mean log.info? (script.unknownFunction)"
        ),
        (
            "local f = function() return string.fromat('x') end",
            "2:38: error: there is no string.fromat; did you mean string.format? (script.unknownFunction)"
        ),
        (
            "kv.get('a')",
            "2:3: error: `kv` is used, and scripts.needs in config.lua does not list it (needs.undeclared)"
        ),
        (
            "require 'nothing'", "2:11: error: there is no lib/nothing.lua (script.unknownLibrary)"
        ),
    ])
    func misspeltNameIsFoundWithItsPlace(line: String, problem: String) throws {
        #expect(try body(line) == ["scripts/jwt.lua:\(problem)"])
    }

    @Test func namesInCommentsAndTextsAreNone() throws {
        #expect(try body("-- foo = bar\n  local s = 'foo.bar()' -- pairz") == [])
    }

    @Test func upvalueThatIsALibraryIsStillChecked() throws {
        #expect(
            try problems("local l = log\nreturn function(p)\n  l.worn('x')\n  return p.token\nend")
                == ["scripts/jwt.lua:3:5: error: there is no log.worn; did you mean log.warn? (script.unknownFunction)"]
        )
    }

    @Test func severalMistakesAreReportedAtOnce() throws {
        #expect(try body("log.inof('x')\n  undeclared1()\n  log.wran('y')").count == 3)
    }

    @Test(arguments: [
        ("if p.user then return p.token end", 3), ("p.token.x = 1", 3), ("for i = 1, 3 do return p.token end", 3),
        ("while p.user do p = p.user end", 3), ("if p.user then return p.token elseif p.account then return 1 end", 3),
        ("local ok = pcall(error, 'x')", 3), ("for k, v in pairs(p) do return k end", 3),
        ("if p.user then return end return 1", 2),
        ("repeat local x = p.user until x", 3),
    ])
    func hookThatCanEndWithoutAValueIsFound(body: String, line: Int) throws {
        let found = try problems("return function(p)\n  \(body)\nend")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("scripts/jwt.lua:\(line):") == true)
        #expect(found.first?.hasSuffix("(hook.noReturn)") == true)
    }

    @Test(arguments: [
        "return p.token", "if p.user then return p.token else return nil end", "error('no')",
        "if p.user then return p.token end error('nobody')", "while true do p = f(p) if p then return p end end",
        "return f(p)", "do return p.token end", "for i = 1, 3 do p.token[i] = nil end return p.token",
        "return p.user and p.token or nil",
        "if p.user then return f(p) end return p.token", "goto done ::done:: return p.token",
    ])
    func hookThatAlwaysReturnsIsLetBe(body: String) throws {
        #expect(try problems("local function f(x) return x end\nreturn function(p)\n  \(body)\nend") == [])
    }

    @Test func hookThatIsALocalFunctionIsFoundToo() throws {
        #expect(try problems("local function hook(p)\nend\nreturn hook").count == 1)
    }

    @Test(arguments: [
        "local M = {}\nfunction M.jwt(p) end\nreturn M", "return {\n  jwt = function(p) end,\n}",
        "local function jwt(p)\nend return { session = 1, jwt = jwt }",
    ])
    func hookInATableOfAPluginIsFound(code: String) throws {
        let source = LuaSource(name: "plugins/a/init.lua", code)
        let file = CheckedFile(source, libraries: [])
        guard case .success(let facts) = file.facts(limits: ScriptLimits()) else {
            Issue.record("no code")
            return
        }
        let found = file.hooks(facts, .plugin([.jwt, .session, .events]))
        #expect(found.map(\.code) == ["hook.noReturn"])
        #expect(found.first?.line == 2)
    }

    @Test func listenersNeedNoReturn() throws {
        let file = CheckedFile(
            LuaSource(name: "x.lua", "return { events = { signIn = function(e) end } }"), libraries: [])
        guard case .success(let facts) = file.facts(limits: ScriptLimits()) else {
            Issue.record("no code")
            return
        }
        #expect(file.hooks(facts, .plugin([.events])) == [])
        #expect(file.hooks(facts, .events) == [])
    }

    @Test(arguments: [
        ("local x = p.sesion", "2:15: warning: the hook jwt is given no `sesion`; did you mean `session`?"),
        (
            "if p.user and p.triger then p.token.x = 1 end",
            "2:19: warning: the hook jwt is given no `triger`"
        ),
        (
            "local f = function() return p.toekn end",
            "2:33: warning: the hook jwt is given no `toekn`; did you mean `token`?"
        ),
        (
            "if p.user then p.token.x = 1 end if p.acount then return p.token end",
            "2:41: warning: the hook jwt is given no `acount`"
        ),
    ])
    func fieldThatTheHookIsNotGivenIsFound(line: String, expected: String) throws {
        let found = try body(line)
        #expect(found.count == 1 && found[0].hasPrefix("scripts/jwt.lua:\(expected)"), "\(found)")
    }

    @Test(arguments: [
        "p.mine = 1; log.info(p.mine)", "p = p.token; log.info(p.sub); p = { token = p }",
        "local other = {}; log.info(other.sesion)",
        "local f = function() p = { token = p.token } end; f(); log.info(p.x)",
        "local f = function(p) return p.x end; f({ x = 1 })",
        "local function enrich(q) q.roles = { 'staff' } end enrich(p) p.token.roles = p.roles",
        "for k, v in pairs { locale = 'en' } do p[k] = v end p.token.locale = p.locale",
        "setmetatable(p, { __index = { locale = 'en' } }) p.token.locale = p.locale",
        "local ctx = p if p.user then p.token.fresh = true end ctx.tenant = 't1' p.token.tenant = p.tenant",
        "local t = { p } t[1].x = 1 p.token.x = p.x",
    ])
    func fieldOfSomethingElseIsNone(line: String) throws {
        #expect(try body(line) == [])
    }

    @Test(arguments: [
        "local s = string local function trim(x) return s.trim(x) end s = { trim = tostring } trim('a')",
        "local s = string local function setup() s = { trim = tostring } return s.trim('a') end setup()",
        "local t = p local function name() return t.name end t = p.token t.nick = name()",
        "do local r = require end local function visit(n, d) if d == 0 then return n end return visit('leaf', d - 1) end visit('a', 2)",
    ])
    func whatAVariableHeldBeforeSaysNothing(line: String) throws {
        #expect(try body(line) == [])
    }

    @Test func functionThatStandsUnderTwoNamesMayReadWhatEitherIsGiven() throws {
        let code =
            "local function audit(e) log.info('x', { u = e.user, t = e.token }) end return { signIn = audit, signOut = audit }"
        let file = CheckedFile(LuaSource(name: "x.lua", code), libraries: [])
        guard case .success(let facts) = file.facts(limits: ScriptLimits()) else {
            Issue.record("no code")
            return
        }
        #expect(file.hooks(facts, .events) == [])
    }

    @Test func longLineTakesNoSquareOfItsLength() {
        let items = (0..<40_000).map { "\"a\($0)\"" }.joined(separator: ",")
        let tokens = LuaTokens(Array("return {\(items)} é x".utf8))
        #expect(tokens.all.count == 80_005)
        #expect(tokens.all.last?.column == items.count + 13)
    }

    @Test func wordsOfASkippedFirstLineAreNone() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let tokens = LuaTokens(mark + Array("#!/usr/bin/env it's [[\nx = 1".utf8)).all
        #expect(tokens.map(\.kind) == [.name("x"), .symbol("="), .number])
        #expect(tokens.first?.line == 2 && tokens.first?.column == 1)
        #expect(LuaTokens(mark + Array("return x".utf8)).all.map(\.column) == [1, 8])
        #expect(LuaTokens(Array("#".utf8)).all.isEmpty)
    }

    @Test func fieldThatAnEventOrARuleIsNotGivenIsFound() throws {
        for (role, code) in [
            (OwnedScripts.Role.events, "return { signOut = function(e) log.info(e.user) end }"),
            (.plugin([.events]), "return { events = { session = function(e) log.info(e.profile) end } }"),
            (.rules, "return { routes = { { path = '/', when = function(c) return c.methd == 'GET' end } } }"),
        ] {
            let file = CheckedFile(LuaSource(name: "x.lua", code), libraries: [])
            guard case .success(let facts) = file.facts(limits: ScriptLimits()) else {
                Issue.record("no code")
                continue
            }
            #expect(file.hooks(facts, role).map(\.code) == ["hook.unknownField"])
        }
    }

    @Test func settingThatTheManifestDoesNotHaveIsFound() async throws {
        let bench = try PluginBench()
        let settings = "config = { claims = { type = 'string', description = 'Which' } }"
        try bench.add(
            "mine", manifest: PluginBench.manifest("mine", settings),
            main: "return { jwt = function(p) p.token.x = config.claimm or config.claims return p.token end }")
        let (plugins, failures) = try await bench.choose([["id": "mine"]])
        #expect(failures.isEmpty)
        let plugin = try #require(plugins.first)
        let needs = OwnerCheck.Needs(file: "plugin.lua", path: "needs", text: [], declared: plugin.manifest.needs)
        let problems = OwnerCheck(OwnedScripts(plugin), needs: needs).problems().map(\.description)
        #expect(
            problems == [
                "plugins/mine/init.lua:1:47: error: there is no config.claimm; did you mean config.claims? (script.unknownSetting)"
            ])
    }

    @Test func secretThatIsNotListedIsFound() throws {
        var needs = ScriptNeeds()
        needs.secrets = ["HR_TOKEN"]
        #expect(
            try body("local a, b = secret 'HR_TOKEN', secret 'HR_TOKN'", needs: needs) == [
                "scripts/jwt.lua:2:42: error: secret \"HR_TOKN\" is not listed in scripts.needs.secrets of config.lua; "
                    + "did you mean \"HR_TOKEN\"? (needs.undeclared)"
            ])
    }

    @Test(arguments: [
        ("http.get('https://hr.internal/a')", true), ("http.get('https://other.example/a')", false),
        ("http.get('https://other.example/' .. p.user)", false), ("http.get('https://' .. p.token.host)", true),
        ("http.get(p.token.url)", true), ("http.request { url = 'https://other.example/x' }", false),
        ("http.get('https://hr.internal:8443/')", false),
    ])
    func hostThatIsNotListedIsFound(call: String, isFine: Bool) throws {
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "hr.internal")]
        let found = try body(call, needs: needs).filter { !$0.contains("needs.unused") }
        #expect(found.isEmpty == isFine, "\(found)")
    }

    @Test func permissionThatNothingUsesIsAWarningAtItsPlace() throws {
        var needs = ScriptNeeds()
        needs.secrets = ["A"]
        needs.kv = true
        #expect(
            try body("", needs: needs) == [
                "config.lua:3:17: warning: the secret A is allowed, and nothing uses it (needs.unused)",
                "config.lua:4:5: warning: `kv` is allowed, and nothing uses it (needs.unused)",
            ])
    }

    @Test func permissionThatIsUsedIsNone() throws {
        var needs = ScriptNeeds()
        needs.secrets = ["A"]
        needs.kv = true
        #expect(try body("local s, v = secret 'A', kv.get('k')", needs: needs) == [])
    }

    @Test(arguments: [
        ("events", "", false), ("events", "local t = e.account.access_token", true),
        ("events", "local all = json.encode(e)", true), ("jwt", "local t = e.account.access_token", false),
    ])
    func permissionToSeeTokensIsUsedByListenersThatReadThem(file: String, code: String, isUsed: Bool) throws {
        var needs = ScriptNeeds()
        needs.providerTokens = true
        let text =
            file == "jwt"
            ? "return function(e) \(code) return e.token end" : "return { signIn = function(e) \(code) end }"
        #expect(try problems(text, as: file, needs: needs).filter { $0.contains("needs.unused") }.isEmpty == isUsed)
    }

    @Test(arguments: [
        ("events", "local t = e.account.access_token", ["2:21"]),
        ("events", "local t = e.account['id_token']", ["2:21"]),
        ("events", "local t = e.account\nlog.info(t.access_token, t.refresh_token, t.access_token)", ["3:12", "3:28"]),
        ("events", "local access_token = 'access_token'", []), ("jwt", "local t = e.account.access_token", []),
    ])
    func listenerThatReadsATokenWithoutThePermissionIsAWarning(file: String, code: String, places: [String]) throws {
        let end = file == "jwt" ? "return e.token end" : "end }"
        let begin = file == "jwt" ? "return function(e)" : "return { signIn = function(e)"
        let found = try problems("\(begin)\n\(code)\n\(end)", as: file)
        #expect(
            found.filter { $0.contains("(needs.withheld)") }.map { $0.split(separator: ": ")[0] }
                == places.map { "scripts/\(file).lua:\($0)" })
        #expect(found.count == places.count)
    }

    @Test func librariesAreCheckedAndNeedNoReturn() throws {
        let found = try problems(
            "require 'a'\nreturn function(p) return p.token end",
            libraries: ["a": "local a = {}\nfunction a.f() return logg end"])
        #expect(
            found == [
                "scripts/lib/a.lua:2:23: error: undeclared global 'logg'; did you mean 'log'? (script.undeclared)"
            ])
    }

    @Test func specsKnowTheirOwnWords() throws {
        let script = "return function(p) return p.token end"
        let spec =
            "describe('a', function() it('b', function() clock.set(1) expect(hook.jwt { token = {} }).toEqual {} end) end)"
        #expect(try problems(script, specs: ["a_spec": spec]) == [])
        let wrong = try problems(script, specs: ["a_spec": "it('b', function() expct(1) end)"])
        #expect(wrong.count == 1)
        #expect(wrong.first?.hasPrefix("scripts/spec/a_spec.lua:1:20: error: undeclared global 'expct'") == true)
    }
}
