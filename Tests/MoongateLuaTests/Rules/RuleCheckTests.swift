import LuaHost
import Testing

@testable import Moongate
@testable import MoongateLua

/// What `moongate check` says of rule files.
@Suite struct RuleCheckTests {
    private func problems(_ text: String, libraries: [String: String] = [:]) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write("rules.lua", text)
        for (name, text) in libraries { try folder.write("lib/\(name).lua", text) }
        let scripts = OwnedScripts(site: try ScriptSet.load(folder.path))
        return OwnerCheck(scripts, needs: nil).problems().map(\.description)
    }

    @Test func rightFileHasNoProblem() throws {
        #expect(
            try problems(
                """
                return {
                  default = deny{ status = 404 },
                  forbid = { { when = function(c) return c.signedIn end } },
                  routes = {
                    { path = "/a", public = true },
                    { path = "/b", login = true, when = function(c) return true end,
                      decide = function(c) if c.ip then return nil end return allow{} end },
                  },
                }
                """) == [])
    }

    @Test func functionThatMayReturnNothingIsFound() throws {
        let found = try problems(
            """
            return {
              forbid = { { when = function(c) if c.signedIn then return true end end } },
              routes = {
                { path = "/a", public = true },
                { path = "/b", public = true, decide = function(c)
                  if c.ip then return end
                  return nil
                end },
              },
            }
            """)
        let sentences = found.map { String($0.prefix { $0 != ";" }) }
        #expect(
            sentences == [
                "scripts/rules.lua:2:70: error: the function when can come to its end without returning a value",
                "scripts/rules.lua:6:20: error: `return` without a value: the function decide must return one",
            ])
    }

    @Test func unknownNamesAreFoundWithTheNearest() throws {
        let found = try problems(
            "return { default = denny{}, forbid = { { when = function(c) return jsn ~= nil end } } }")
        #expect(found.map { $0.contains("script.undeclared") } == [true, true])
        #expect(found.joined().contains("did you mean 'deny'?"))
    }

    @Test func defaultThatLetsEverybodyInIsAWarning() async throws {
        let open = try await RuleSite.load([
            "rules.lua": """
            return {
              hosts = { "a.example.com" },
              default = allow{},
            }
            """,
            "rules/b.lua": "return { default = deny{} }", "rules/c.lua": "return { hosts = { 'c.example.com' } }",
        ]).rules
        #expect(
            open.openDefaultProblems.map(\.description) == [
                "scripts/rules.lua:3: warning: `default` lets everybody in, signed in or not, wherever no route matches: "
                    + "better name what is open (public = true) and write default = deny{} (rules.openDefault)"
            ])
    }

    private func strayRoles(_ rules: String) async throws -> [String] {
        try await RuleSite.load(["rules.lua": rules]).rules.strayRoleProblems.map(\.description)
    }

    @Test func roleThatNearlyIsAKnownOneIsAWarning() async throws {
        let found = try await strayRoles(
            """
            return {
              roles = { admin = { "support" } },
              routes = {
                { path = "/a", roles = { any = { "suport" } } },
                { path = "/b", roles = { all = { "admin" } } },
              },
            }
            """)
        #expect(
            found == [
                "scripts/rules.lua:4: warning: /a: the role \"suport\" stands here alone; did you mean \"support\"? "
                    + "(rules.strayRole)"
            ])
    }

    @Test(arguments: [
        // In a test, in several routes, or by itself among strangers: nobody can say that it is wrong.
        "roles = { support = {} }, routes = { { path = '/a', roles = { any = { 'suport' } } } }, "
            + "tests = { { name = 't', request = 'GET /a', as = { roles = { 'suport' } }, allow = true } }",
        "roles = { support = {} }, routes = { { path = '/a', roles = { any = { 'suport' } } }, "
            + "{ path = '/b', roles = { any = { 'suport' } } } }",
        "routes = { { path = '/a', roles = { any = { 'reader' } } }, { path = '/b', roles = { any = { 'leader' } } } }",
        "roles = { team1 = {} }, routes = { { path = '/a', roles = { any = { 'team2' } } } }",
    ])
    func roleThatMayBeMeantIsNone(_ rules: String) async throws {
        #expect(try await strayRoles("return { \(rules) }") == [])
    }

    /// Each with each would be a million comparisons.
    @Test func namesThatNobodyWroteByHandAreNotCompared() async throws {
        let found = try await strayRoles(
            """
            local routes, known = {}, {}
            for i = 1, 1000 do
              routes[i] = { path = "/" .. i, roles = { any = { "suport" .. ("x"):rep(i % 40) .. string.char(97 + i % 26) .. i } } }
              known[i] = "support" .. ("x"):rep(i % 40) .. i
            end
            routes[1001] = { path = "/a", roles = { any = { "suport" } } }
            return { routes = routes, roles = { support = known } }
            """)
        #expect(found == [])
    }

    @Test func claimThatNothingReadsIsAWarning() async throws {
        let text = """
            return {
              claims = { "plan", "team", "shared" }, inject = { ["X-Team"] = "team" },
              routes = { { path = "/", public = true } },
            }
            """
        let folder = try TemporaryFolder()
        try folder.write("scripts/rules.lua", text)
        try folder.write("scripts/lib/a.lua", "return function(c) return c.user.shared end")
        let site = SiteScripts.read(folder.path)
        let rules = try await RuleSite.load(["rules.lua": text]).rules
        let found = site.unusedClaims(in: rules)
        #expect(
            found.map(\.description) == [
                "scripts/rules.lua:2:14: warning: `claims` names plan, which nothing here reads (rules.unusedClaim)"
            ])
    }
}
