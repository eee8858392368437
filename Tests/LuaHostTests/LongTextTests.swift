import LuaHost
import Testing

/// Work that is one instruction or one library call, however long the text is that it reads.
@Suite struct LongTextTests {
    @Test(arguments: [
        "return ('b'):rep(600):find('[' .. ('a'):rep(1000000) .. ']')",
        "return ('b'):rep(600):find('%f[' .. ('a'):rep(1000000) .. ']')",
        "return ('b'):rep(5000):find('[' .. ('a'):rep(100000) .. ']*x')",
        "return ('b'):rep(5000):gsub('[' .. ('a'):rep(100000) .. ']', '')",
        "local p = ('a'):rep(1000000) for i = 1, 10000 do ('b'):find(p) end",
        "local p = ('a'):rep(1000000) for i = 1, 10000 do ('b'):find(p, 1, true) end",
        "return ('b'):rep(1000000):find('%b()')", "return ('b'):rep(1000000):find('$')",
        "return #('b'):rep(1000000):gsub('', '')", "return #('b'):gsub('', ('%1'):rep(900000 // 2))",
    ])
    func everyByteOfAPatternThatIsReadIsCounted(_ text: String) async throws {
        var limits = Running.generous
        limits.steps = 500_000
        #expect(try await Running.failure(text, limits: limits)?.code == "script.steps")
    }

    @Test func longSetsMatchWhenTheyAreAffordable() async throws {
        #expect(try await Running.chunk("return ('bbc'):find('[' .. ('a'):rep(10000) .. 'c]')") == "3")
        #expect(try await Running.chunk("return ('bbc'):find('%f[' .. ('a'):rep(10000) .. 'c]')") == "3")
    }

    @Test(arguments: [
        "math.max(table.unpack(t))", "math.min(table.unpack(t))", "('%g'):rep(200):format(table.unpack(t))",
    ])
    func numbersThatAreReadFromLongTextAreCounted(_ call: String) async throws {
        let text = "local t, s = {}, ('1'):rep(1048000) for i = 1, 200 do t[i] = s end return \(call)"
        let failure = try #require(try await Running.failure(text))
        #expect(failure.code == "script.steps")
    }

    @Test func numbersInShortTextAreRead() async throws {
        #expect(try await Running.chunk("return { math.max('5', '6'), math.min(7, 5) }") == #"["6",5]"#)
        #expect(try await Running.chunk("return ('%d%g'):format('5', '6')") == #""56""#)
    }

    /// Comparing such texts takes milliseconds, so a budget of 20 ms must end within a few instructions of its end.
    @Test(arguments: ["x = a < b", "x = a <= b", "if a > b then end"])
    func comparingLongTextIsStoppedBetweenTwoComparisons(_ statement: String) async throws {
        var limits = Running.generous
        limits.cpu = .milliseconds(20)
        let made = #"local a, x = ("\0"):rep(1000000) local b = a .. "x" "#
        let before = try await steps(of: made, limits: Running.generous)
        let repeated = String(repeating: statement + " ", count: 1000)
        #expect(try await Running.failure(made + repeated, limits: limits)?.code == "script.cpu")
        #expect(try await steps(of: made + repeated, limits: limits) < before.advanced(by: 100))
    }

    @Test(arguments: [8_500, 20_000, 70_000, 300_000, 1_000_000])
    func theLongerTheTextTheSoonerTheNextLook(_ length: Int) async throws {
        var limits = Running.generous
        limits.steps = 400_000
        let text = "local a = ('x'):rep(\(length)) while true do end"
        let over = Int64(try await steps(of: text, limits: limits)) - Int64(limits.steps)
        #expect(over > 0 && over <= Int64(max(1, (1 << 20) / length)))
    }

    /// What a chunk used, whether it failed or not.
    private func steps(of text: String, limits: LuaLimits) async throws -> UInt64 {
        let lease = try LuaPool(program: try Running.program(text, limits: limits)).lease()
        var call = LuaCall(entry: 0)
        call.mode = .chunk
        call.allowsNoValue = true
        _ = try? await lease.call(call)
        return lease.used.steps
    }
}
