import LuaHost
import Testing

@testable import MoongateLua

@Suite struct CompiledCodeReaderTests {
    private func code(_ text: String) throws -> [UInt8] {
        try LuaProgram(entries: [LuaSource(name: "x.lua", text)]).compiledCode(0)
    }

    @Test func functionsConstantsAndLinesAreRead() throws {
        let main = try CompiledCodeReader.read(
            try code("local a = 'text'\n\nlocal function f(x)\n  return x\nend\nreturn f"))
        #expect(main.constants.contains(.text("text")))
        #expect(main.functions.count == 1)
        #expect(main.functions.first?.firstLine == 3)
        #expect(main.functions.first?.lastLine == 5)
        #expect(main.functions.first?.lines.first == 4)
        #expect(main.locals.contains("a"))
    }

    @Test func linesOfALongFileAreRight() throws {
        let text = (1...400).map { "local _ = f\($0 % 7)" + String(repeating: "\n", count: $0 % 150 == 0 ? 300 : 1) }
        var lua = ""
        var expected: [Int] = []
        for part in text {
            if part.contains("f0") { expected.append(lua.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }) }
            lua += "do \(part.replacing("\n", with: "")) end" + String(part.filter { $0 == "\n" })
        }
        let facts = try CodeFacts(try code(lua))
        #expect(facts.reads.filter { $0.name == "f0" }.map(\.line) == expected)
    }

    @Test func manyConstantsStillGiveNames() throws {
        let many = (0..<400).map { "'text\($0)'" }.joined(separator: ",")
        let facts = try CodeFacts(
            try code("local t = {\(many)}\nlocal x = undeclared\nreturn function() return other end"))
        #expect(facts.reads.map(\.name) == ["undeclared", "other"])
    }

    @Test func brokenBytesAreRefusedAtEveryLength() throws {
        let whole = try code("local t = { 'a', 1, 2.5 } return function(p) return t, p end")
        for count in 0..<whole.count {
            #expect(throws: UnknownCode.self) { try CompiledCodeReader.read(Array(whole.prefix(count))) }
        }
    }

    @Test func changedBytesNeverTrap() throws {
        let whole = try code(
            "local t = { 'a', 1, 2.5 } for k in pairs(t) do t[k] = log.info end return function(p) return t, p end")
        for place in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[place] = value
                _ = try? CodeFacts(bytes)
            }
        }
    }
}
