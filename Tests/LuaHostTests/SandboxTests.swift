import LuaHost
import Testing

@Suite struct SandboxTests {
    @Test(arguments: [
        "coroutine", "package", "io", "os", "debug", "load", "loadfile", "loadstring", "dofile", "collectgarbage",
        "rawset", "rawget", "rawlen", "warn", "print", "_G", "unpack", "newproxy", "setfenv", "jit", "ffi",
    ])
    func globalDoesNotExist(_ name: String) async throws {
        let failure = try #require(try await Running.failure("return \(name)"))
        #expect(failure.code == "script.error")
        #expect(failure.message == "undeclared global '\(name)'")
    }

    @Test(arguments: [
        ("print", "log.info", "log.info"), ("os", "time.now", "time.now()"), ("os", "env", "env(\"NAME\")"),
    ])
    func whatIsHereInsteadIsNamed(_ name: String, _ function: String, _ hint: String) async throws {
        let offered = HostFunction.immediate(function) { .value($0) }
        let failure = try #require(try await Running.failure("return \(name).x", functions: [offered]))
        #expect(failure.message == "undeclared global '\(name)' (use \(hint))")
    }

    @Test(arguments: ["string.dump", "math.randomseed", "table.foreach", "string.gfind"])
    func libraryFieldDoesNotExist(_ name: String) async throws {
        #expect(try await Running.chunk("return \(name)") == "null")
    }

    @Test func globalsCannotBeMadeByAccident() async throws {
        let failure = try #require(try await Running.failure("\ncounter = 1"))
        #expect(failure.message == "assignment to undeclared global 'counter' (did you forget 'local'?)")
        #expect(failure.line == 2)
    }

    @Test(arguments: ["string", "table", "math", "utf8", "json"])
    func librariesCannotBeWritten(_ name: String) async throws {
        let attempts = [
            "\(name).x = 1", "table.insert(\(name), 1)", "table.move({1}, 1, 1, 1, \(name))",
            "setmetatable(\(name), {})", "table.sort(setmetatable({3, 2, 1}, { __newindex = \(name) })) \(name)[1] = 1",
        ]
        for attempt in attempts { #expect(try await Running.failure(attempt) != nil, "\(attempt)") }
        #expect(try await Running.chunk("return rawequal(\(name).x, nil) and #\(name) == 0") == "true")
    }

    @Test func pairsShowsWhatALibraryHolds() async throws {
        let text = "local n = {} for k, v in pairs(json) do n[#n + 1] = k end table.sort(n) return n"
        #expect(try await Running.chunk(text) == #"["array","null"]"#)
    }

    @Test func metatablesOfTheHostAreOutOfReach() async throws {
        for value in ["''", "string", "_ENV", "json.array{}", "p"] {
            let text = "local p = ... return getmetatable(\(value))"
            #expect(try await Running.chunk(text) == "false", "\(value)")
        }
    }

    @Test func theStringMetatableHasNoArithmetic() async throws {
        #expect(try await Running.failure("return '10' + 1")?.code == "script.error")
        #expect(try await Running.chunk("return ('x'):upper()") == "\"X\"")
    }

    @Test(arguments: ["{}", "tostring", "_ENV", "string", "pairs", "function() end", "setmetatable({}, {})"])
    func noTextShowsAnAddress(_ value: String) async throws {
        let text = """
            local v = \(value)
            return tostring(v) .. string.format("%s|%q", v, 1) .. tostring(select(2, pcall(error, v)))
            """
        #expect(!(try await Running.chunk(text)).contains("0x"))
        #expect(try await Running.failure("return string.format('%p', \(value))") != nil)
    }

    @Test func bytecodeIsNotLoaded() throws {
        let bytes = [0x1b] + Array("Lua".utf8) + [0x54, 0, 0x19, 0x93]
        #expect(throws: LuaHostError.self) {
            try LuaProgram(entries: [LuaSource(name: "scripts/a.lua", text: bytes)])
        }
    }

    @Test func requireFindsOnlyWhatWasGivenAndRunsItOnce() async throws {
        let libraries = ["roles": "return { n = 0 }", "bad": "return require('bad')"]
        let once = "require('roles').n = 5 return require('roles').n"
        #expect(try await Running.call(once, libraries: libraries) { $0.mode = .chunk }.text == "5")
        for name in ["os", "string", "../roles", "bad", ""] {
            await #expect(throws: LuaFailure.self) {
                try await Running.call("return require('\(name)')", libraries: libraries) { $0.mode = .chunk }
            }
        }
    }

    @Test(arguments: [
        ("rols", " (did you mean 'roles'?)"), ("role", " (did you mean 'roles'?)"), ("teams", ""), ("", ""),
        ("a name that is longer than any that is compared", ""),
    ])
    func anUnknownLibraryIsNamedByItsFile(_ name: String, _ hint: String) async throws {
        let failure = await #expect(throws: LuaFailure.self) {
            try await Running.call("return require('\(name)')", libraries: ["roles": "return {}"]) { $0.mode = .chunk }
        }
        #expect(failure?.message == "scripts/lib/\(name).lua is not there\(hint)")
    }

    @Test func everythingReachableIsOnTheList() throws {
        let wait = HostFunction.immediate("log.info") { _ in .value([]) }
        let found = try Running.program("return 1", functions: [wait]).reachable()
        #expect(found.joined(separator: "\n") == ReachableList.text)
    }
}
