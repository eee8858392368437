import Testing

/// What functions are known to find in variables around them.
@Suite struct CapturedVariableTests {
    @Test(arguments: [
        "local l = log local f = function() l.inof('x') end",
        // What a register held before it was the variable's, and holds behind its block, is no other value of it.
        "local x = tostring(p.user) .. 'a' do local y = x .. 'b' end local l = log local f = function() l.inof('x') end",
        "do local l = log local f = function() l.inof('x') end end local other = {}",
        "for i = 1, 2 do local l = log local f = function() return function() l.inof('x') end end end",
    ])
    func variableThatKeepsItsLibraryIsLookedInto(line: String) throws {
        #expect(try CheckedScript.line(line).map { $0.contains("there is no log.inof") } == [true])
    }

    @Test(arguments: [
        "local a, s = 1, log local f = function() s.inof('x') end a = nil s = nil",
        "local a, s = 1, log local f = function() s.inof('x') end a, s = f, { inof = f }",
        "local s = log local f = function() s.inof('x') end for s in pairs({}) do f(s) end s = { inof = f }",
        "local s = log local f = function() s.inof('x') end local g = function() return function() s = f end end g()()",
        "do local s = log end local s = { inof = tostring } local f = function() s.inof('x') end",
        "local s = log local function f() s.inof('x') end local function g() s = { inof = f } end g()",
    ])
    func variableThatGetsAnotherValueSaysNothing(line: String) throws {
        #expect(try CheckedScript.line(line) == [])
    }
}
