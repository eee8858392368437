import Moongate
import Testing

/// Ends of hooks that nothing comes to.
@Suite struct SilentEndTests {
    private func codes(_ script: String) throws -> [String] { try CheckedScript.problems(script).map(\.code) }

    @Test(arguments: [
        "local function fail(m) error(m, 0) end",
        "local function fail(m) if m then error(m) else error('x') end end",
        "local function fail(m) return error(m) end", "local fail = function(m) assert(false, m) end",
        "local function deeper(m) error(m) end local function fail(m) log.warn(m) deeper(m) end",
        "local E = {} function E.fail(m) error(m) end local function fail(m) E.fail(m) end",
        "local function fail(m) while true do m = m .. m end end",
    ])
    func functionThatAlwaysRaisesEndsAHookAsErrorDoes(function: String) throws {
        #expect(try codes("\(function)\nreturn function(p)\nif p.user then return p.token end\nfail('x')\nend") == [])
    }

    @Test(arguments: [
        "local function fail(m) if m then error(m) end end", "local function fail(m) pcall(error, m) end",
        "local function fail(m) error(m) end fail = function() end",
        "local function fail(m) error(m) end local function mend() fail = log.info end mend()",
    ])
    func functionThatMayComeBackEndsNone(function: String) throws {
        #expect(try codes("\(function)\nreturn function(p)\nfail('x')\nend") == ["hook.noReturn"])
    }

    @Test func memberOfALocalTableThatAlwaysRaisesEndsAHook() throws {
        let script = "local M = {} function M.fail(m) error(m) end\nreturn function(p) M.fail('x') end"
        #expect(try codes(script) == [])
    }

    @Test(arguments: [
        "assert(false, 'x')", "assert(nil, 'x')", "local r repeat r = p.user if r then return r end until false",
        "repeat if p.user then return p.token end until nil",
        "repeat local r = p.user if r then return r end until false",
    ])
    func whatNeverGoesOnEndsAHook(body: String) throws {
        #expect(try codes("return function(p)\n\(body)\nend") == [])
    }

    @Test(arguments: [
        "assert(p.user, 'x')", "repeat if p.user then return p.token end until p.account",
        "repeat if p.user then break end until false", "local ok = nil if p.user then ok = true end assert(ok)",
        "local x = false ::again:: if x then return end x = true goto again",
    ])
    func whatMayGoOnDoesNot(body: String) throws {
        #expect(try codes("return function(p)\n\(body)\nend") == ["hook.noReturn"])
    }

    @Test(arguments: [
        "local M = {} M.jwt = function(p) if p.user then return true end end return M.jwt",
        "local M = { jwt = function(p) if p.user then return true end end } return M.jwt",
        "local M = { hooks = { jwt = function(p) if p.user then return true end end } } return M.hooks.jwt",
    ])
    func hookThatIsAMemberOfATableIsLookedAt(script: String) throws {
        #expect(try codes(script) == ["hook.noReturn"])
    }

    @Test func memberThatGotAnotherValueSaysNothing() throws {
        #expect(
            try codes("local M = {} M.jwt = function(p) end M.jwt = require 'x' return M.jwt") == [
                "script.unknownLibrary"
            ])
    }
}
