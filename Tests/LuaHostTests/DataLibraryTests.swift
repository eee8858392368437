import LuaHost
import Testing

@Suite struct DataLibraryTests {
    private func program(
        _ data: String, _ text: String = "return 1", libraries: [String: LuaSource] = [:],
        limits: LuaLimits = Running.generous
    ) throws -> LuaProgram {
        let now = HostFunction.immediate("now") { _ in .value(Array("1".utf8)) }
        return try LuaProgram(
            entries: [LuaSource(name: "a.lua", text)], libraries: libraries,
            dataLibraries: ["countries.data": LuaSource(name: "scripts/lib/countries.data.lua", data)],
            constants: ["config": Array(#"{"a":1}"#.utf8)], functions: [now], limits: limits)
    }

    private func run(_ data: String, _ text: String, libraries: [String: LuaSource] = [:]) async throws -> String {
        let pool = LuaPool(program: try program(data, text, libraries: libraries))
        return try await pool.lease().call(LuaCall(entry: 0, mode: .chunk)).text
    }

    @Test func requireGivesTheFrozenTable() async throws {
        let data = "\u{FEFF}#!lua\nlocal t = {} for i, c in ipairs{ 'fr', 'de' } do t[c] = { n = i } end return t"
        let text = """
            local c = require "countries.data"
            local again = rawequal(c, require "countries.data")
            local wrote = pcall(function() c.fr.n = 5 end) or pcall(function() c.it = {} end)
            return { c.fr.n, c.de.n, c.it == nil, again, wrote }
            """
        #expect(try await run(data, text) == "[1,2,true,true,false]")
    }

    @Test func aLibraryMayUseIt() async throws {
        let library = LuaSource(name: "scripts/lib/names.lua", "local c = require 'countries.data' return { n = #c }")
        #expect(try await run("return { 1, 2, 3 }", "return require('names').n", libraries: ["names": library]) == "3")
    }

    @Test func thousandsOfEntriesAreFine() async throws {
        let data = "local t = {} for i = 1, 15000 do t['host' .. i .. '.example'] = true end return t"
        let text = "local c = require 'countries.data' return { c['host15000.example'], c['x'] == nil }"
        #expect(try await run(data, text) == "[true,true]")
        let pool = LuaPool(program: try program(data, "return 1"))
        for _ in 0..<3 { _ = try await pool.lease().call(LuaCall(entry: 0, mode: .chunk)) }
        #expect(pool.usage == (0, 1))
    }

    @Test func aTableThatPretendsToBeAHandleStaysATable() async throws {
        let text = "return type(require('countries.data').key)"
        #expect(try await run("return { key = { ['@secret'] = 'AUTH_SECRET' } }", text) == "\"table\"")
    }

    @Test(
        arguments: [
            ("return { f = function() end }", "value.function"), ("return 5", "hook.type"), ("", "hook.noReturn"),
            ("return nil", "hook.type"), ("return { [1.5] = 1 }", "value.array"), ("return now()", "script.error"),
            ("return config", "script.error"), ("return require 'names'", "script.error"),
            ("return {", "script.syntax"), ("while true do end", "script.steps"), ("return string", "value.metatable"),
            ("return setmetatable({}, { __index = string })", "value.metatable"),
            ("local t = {} for i = 1, 20001 do t['k' .. i] = 1 end return t", "value.keys"),
            ("local t = {} t[1] = t return t", "value.cycle"),
            ("local s = ('x'):rep(600000) return { s, s }", "script.result"),
        ])
    func whatIsNotDataIsRefused(_ data: String, _ code: String) throws {
        let error = #expect(throws: LuaHostError.self) { try program(data) }
        #expect(error?.failures.count == 1)
        #expect(error?.code == code)
        #expect(error?.failures.first?.script == "scripts/lib/countries.data.lua")
    }

    @Test func aNameThatALibraryHasIsRefused() throws {
        let library = LuaSource(name: "scripts/lib/countries.data.lua", "return {}")
        #expect(throws: LuaHostError.self) { try program("return {}", libraries: ["countries.data": library]) }
    }

    @Test func theFolderStandsInMessages() async throws {
        let program = try LuaProgram(
            entries: [LuaSource(name: "a.lua", "return require 'roles'")], libraryFolder: "plugins/hr/lib")
        let failure = await #expect(throws: LuaFailure.self) {
            try await LuaPool(program: program).lease().call(LuaCall(entry: 0, mode: .chunk))
        }
        #expect(failure?.message == "plugins/hr/lib/roles.lua is not there")
    }
}
