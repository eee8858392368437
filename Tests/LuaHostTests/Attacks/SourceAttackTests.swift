import LuaHost
import Testing

/// Sources that are meant to break the compiler, or to keep it busy.
@Suite struct SourceAttackTests {
    static func many(_ count: Int, _ part: String) -> String { String(repeating: part, count: count) }

    static let refused: [(String, String)] = [
        ("brackets", "return " + many(5_000, "(") + "1" + many(5_000, ")")),
        ("tables", "return " + many(5_000, "{") + many(5_000, "}")),
        ("blocks", many(5_000, "do ") + many(5_000, "end ")),
        ("functions", many(1_000, "return function() ") + many(1_000, "end ")),
        ("minus signs", "return " + many(20_000, "- ") + "1"),
        ("concatenations", "return 'a'" + many(20_000, "..'a'")),
        ("locals", (0..<300).map { "local v\($0) = 1 " }.joined()),
        ("arguments", "return function(" + (0..<300).map { "a\($0)" }.joined(separator: ",") + ") end"),
        (
            "upvalues",
            (0..<2).map { f in (0..<180).map { "local v\(f)_\($0) = 1 " }.joined() + "do " }.joined()
                + "return function() return "
                + (0..<2).flatMap { f in (0..<180).map { "v\(f)_\($0)" } }.joined(separator: "+")
                + " end end end"
        ),
        ("labels twice", "::a:: ::a::"), ("labels without end", (0..<24_000).map { "::l\($0)::" }.joined()),
        ("a jump to nowhere", many(10_000, "goto a ")),
        ("an open text", "return '" + many(100_000, "x")), ("an open comment", "--[==[" + many(100_000, "x")),
        ("a bad number", "return 0x" + many(50_000, "f") + "g"), ("bytes", "\u{1b}Lua"),
        ("NUL", "return 1 \0 return 2"),
        ("too large", "return 1 --" + many(256 << 10, "x")),
    ]

    static let accepted: [(String, String)] = [
        ("constants", "return #{" + (0..<20_000).map(String.init).joined(separator: ",") + "}"),
        ("texts", "return #{" + (0..<10_000).map { "'k\($0)'" }.joined(separator: ",") + "}"),
        ("branches", "local x = 1 " + many(3_000, "if x == 2 then end ") + "return 1"),
        ("one long line", "local x = 1 " + many(15_000, "x=x+1 ") + "return x"),
        ("labels", (0..<1_000).map { "::l\($0)::do end " }.joined() + " return 1"),
        ("a long text", "return #'" + many(200_000, "x") + "'"), ("lines", many(200_000, "\n") + "return 1"),
    ]

    @Test(arguments: refused)
    func aSourceIsRefused(_ name: String, _ text: String) throws {
        let error = #expect(throws: LuaHostError.self) {
            try LuaProgram(entries: [LuaSource(name: "a.lua", text)])
        }
        #expect(error?.failures.allSatisfy { $0.message.utf8.count < 512 } == true)
        #expect(["script.syntax", "script.tooLarge", "script.memory", "script.cpu"].contains(error?.code))
    }

    @Test(arguments: accepted)
    func aSourceIsCompiled(_ name: String, _ text: String) async throws {
        var limits = Running.generous
        limits.slices.laterSteps = 0
        let program = try LuaProgram(entries: [LuaSource(name: "a.lua", text)], limits: limits)
        _ = try await LuaPool(program: program).lease().call(LuaCall(entry: 0, mode: .chunk))
    }
}
