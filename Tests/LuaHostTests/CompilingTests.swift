import LuaHost
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Compiling has a budget of its own: ten times that of a call, and 200 ms at least.
@Suite struct CompilingTests {
    /// What the compiler takes a time over that grows with the square of the length.
    @Test(arguments: ["and", "or"])
    func sourceThatTakesTooLongIsGivenUpMeanwhile(_ word: String) throws {
        let text = "local x = x" + String(repeating: " \(word) x", count: 40_000)
        var limits = LuaLimits()
        limits.cpu = .milliseconds(20)
        let before = Self.cpu()
        let error = #expect(throws: LuaHostError.self) { try Running.program(text, limits: limits) }
        #expect(error?.failures.first?.code == "script.cpu")
        #expect(error?.failures.first?.script == "scripts/test.lua")
        // Whole, it takes seconds.
        #expect(Self.cpu() - before < 1)
    }

    /// As `lua` reads a file, so that one made by an editor of Windows, or begun for a shell, is no riddle.
    @Test(arguments: [
        "\u{FEFF}\nreturn { 1, ", "#!/usr/bin/env lua\nreturn { 1, ", "\u{FEFF}#!/usr/bin/env lua's\nreturn { 1, ",
    ])
    func markAndFirstLineForTheShellAreSkipped(_ start: String) async throws {
        #expect(try await Running.chunk(start + "2 }") == "[1,2]")
        #expect(try await Running.failure(start + "nil .. 2 }")?.line == 2)
        let error = #expect(throws: LuaHostError.self) { try Running.program(start + "\n") }
        #expect(error?.failures.first?.line == 3)
        let library = try await Running.call("return require('l')[2]", libraries: ["l": start + "2 }"]) {
            $0.mode = .chunk
        }
        #expect(library.text == "2")
    }

    @Test(arguments: ["#", "#!/bin/sh", "\u{FEFF}", "\u{FEFF}#"])
    func nothingIsLeftOfALoneFirstLine(_ text: String) async throws {
        let result = try await Running.call(text) {
            $0.mode = .chunk
            $0.allowsNoValue = true
        }
        #expect(result.kind == .none)
    }

    @Test(arguments: [" #\nreturn 1", "\n#\nreturn 1", "#\n#\nreturn 1", "\u{FEFF}\u{FEFF}return 1", "#\n\u{1B}Lua"])
    func onlyTheVeryStartIsSkipped(_ text: String) {
        #expect(throws: LuaHostError.self) { try Running.program(text) }
    }

    /// Seconds of CPU time of this thread.
    private static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
