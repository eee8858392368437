import LuaHost
import Moongate
import Testing

@testable import MoongateLua

/// Calls of the owner's own libraries.
@Suite struct LibraryCallTests {
    private func problems(_ call: String, _ library: String) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write(
            "jwt.lua", "local roles = require \"roles\"\nreturn function(p)\n  \(call)\n  return p.token\nend")
        try folder.write("lib/roles.lua", library)
        let scripts = OwnedScripts(site: try ScriptSet.load(folder.path))
        return OwnerCheck(scripts, needs: nil).problems().map(\.description)
    }

    private static let plain = "local M = { level = 1 } function M.of(u) return u end function M.all() end return M"

    @Test(arguments: [
        (
            "p.token.role = roles.off(p.user)",
            "3:24: warning: scripts/lib/roles.lua has no function `off`; did you mean `of`? (script.unknownMember)"
        ),
        (
            "roles.remove(p.user)",
            "3:9: warning: scripts/lib/roles.lua has no function `remove`; there are all, of (script.unknownMember)"
        ),
        (
            "require(\"roles\").al()",
            "3:20: warning: scripts/lib/roles.lua has no function `al`; did you mean `all`? (script.unknownMember)"
        ),
    ])
    func misspeltFunctionIsFoundWithItsPlace(call: String, problem: String) throws {
        #expect(try problems(call, Self.plain) == ["scripts/jwt.lua:\(problem)"])
    }

    @Test(arguments: [
        // As any code may make its functions.
        ("roles.of(p)", plain),
        ("roles.get(p)", "return setmetatable({}, { __index = function() return function() end end })"),
        ("roles.a(p)", "local M = {} for _, n in ipairs { 'a' } do M[n] = function() end end return M"),
        ("roles.get_a(p)", "local M = {} M['get_' .. 'a'] = function() end return M"),
        ("roles.later(p)", "local M = {} function M.begin() M.later = function() end end return M"),
        (
            "roles.is_admin(p)",
            "local M = {} function M.define(t) for _, n in ipairs(t) do M['is_' .. n] = type end end return M"
        ),
        ("function roles.more() end roles.more()", plain), ("roles['some'] = type roles.some(p)", plain),
        ("if roles.extra then roles.extra(p) end", plain),
        ("if type(roles.extra) ~= 'nil' then roles.extra(p) end", plain),
        // One that takes no questions.
        ("roles.of(p)", "return setmetatable({}, { __index = function(_, k) error(k) end })"),
        // What is read may be missing, and what is called may be something else.
        ("if roles.extra then roles.of(p) end", plain),
        ("local roles = { any = function() end } roles.any()", plain),
        // Nothing is known of these.
        ("roles.any(p)", "return nil"), ("roles.any(p)", "error('not now')"),
    ])
    func callThatMayBeRightIsNoProblem(call: String, library: String) throws {
        #expect(try problems(call, library) == [])
    }

    @Test func whatOneLibraryAddsToAnotherCounts() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "jwt.lua",
            "local all, base = require 'all', require 'base'\nreturn function(p) all.twice() base.extra() return p.token end"
        )
        try folder.write("lib/base.lua", "local M = {} function M.a() end return M")
        try folder.write(
            "lib/all.lua", "local M = require 'base' function M.extra() end function M.twice() end return M")
        let scripts = OwnedScripts(site: try ScriptSet.load(folder.path))
        #expect(OwnerCheck(scripts, needs: nil).problems() == [])
    }
}
