import LuaHost
import Testing

@Suite struct HookCallTests {
    let token = Running.json("token", #"{"sub":"u1","groups":["a","b"],"n":null}"#)

    @Test func theHookChangesTheTokenItGets() async throws {
        let result = try await Running.call(
            "return function(p) p.token.role = #p.token.groups return p.token end", [token])
        #expect(result.kind == .object)
        #expect(result.text == #"{"groups":["a","b"],"n":null,"role":2,"sub":"u1"}"#)
    }

    @Test func returningNothingIsAFailure() async {
        await #expect(throws: LuaFailure.self) {
            try await Running.call("return function(p) p.token.role = 1 end", [token])
        }
    }

    @Test func returningNothingNamesTheLineOfTheFunction() async throws {
        let failure = await #expect(throws: LuaFailure.self) {
            try await Running.call("local x = 1\n\nreturn function(p)\n x = 2\nend", [token])
        }
        #expect(failure?.code == "hook.noReturn")
        #expect(failure?.script == "scripts/test.lua")
        #expect(failure?.line == 3)
    }

    @Test func returningNothingFromAFunctionOfALibraryNamesTheLibrary() async throws {
        let failure = await #expect(throws: LuaFailure.self) {
            try await Running.call("return require('hook')", [token], libraries: ["hook": "\nreturn function() end"])
        }
        #expect(failure?.script == "scripts/lib/hook.lua")
        #expect(failure?.line == 2)
    }

    @Test func returningNothingIsAllowedWhereTheCallSaysSo() async throws {
        let result = try await Running.call("return function(p) end", [token]) { $0.allowsNoValue = true }
        #expect(result.kind == .none)
    }

    @Test func returningNilIsAValueOfItsOwn() async throws {
        let result = try await Running.call("return function(p) return nil end", [token])
        #expect(result.kind == .null)
    }

    @Test func waitingFunctionsSuspendAndResume() async throws {
        let wait = HostFunction.waiting("wait") { arguments in
            await Task.yield()
            return .value(arguments)
        }
        let result = try await Running.call(
            "return function(p) return { wait(1, 'x'), wait() } end", [token], functions: [wait])
        #expect(result.text == #"[[1,"x"],[]]"#)
    }

    @Test func membersOfAChunkAreCalledByTheirPlace() async throws {
        let text = "return { routes = { { when = function(c) return c.n == 7 end } } }"
        let data = try await Running.call(text) {
            $0.mode = .chunk
            $0.allowsFunctions = true
        }
        #expect(data.text == #"{"routes":[{"when":{"@function":["routes",1,"when"]}}]}"#)
        let result = try await Running.call(text, [Running.json("n", "7")]) {
            $0.mode = .member(path: Array(#"["routes",1,"when"]"#.utf8))
        }
        #expect(result.boolean == true)
    }
}
