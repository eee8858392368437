import LuaHost
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("('hello world'):find('wor')", "[7,9]"),
        ("('a.b'):find('.', 1, true)", "[2,2]"),
        ("('abc'):find('b', -1) or 0", "[0]"),
        ("('abc'):find('', 10) or 0", "[0]"),
        ("('abc'):find('')", "[1,0]"),
        ("('k = v'):match('^(%w+)%s*=%s*(%w+)$')", #"["k","v"]"#),
        ("('2024-11-24'):match('(%d+)-(%d+)-(%d+)')", #"["2024","11","24"]"#),
        ("('THE (quick) fox'):find('%((%a+)%)')", #"[5,11,"quick"]"#),
        ("('f(a(b)c)d'):match('%b()')", #"["(a(b)c)"]"#),
        ("('THE (quick) fox'):gsub('%f[%a]%a+', 'x')", #"["x (x) x",3]"#),
        ("('hello'):gsub('', '-')", #"["-h-e-l-l-o-",6]"#), ("('abc'):gsub('%w', '%0%0')", #"["aabbcc",3]"#),
        ("('hello world'):gsub('o', '0', 1)", #"["hell0 world",1]"#),
        ("('$name'):gsub('%$(%w+)', { name = 'Ada' })", #"["Ada",1]"#),
        ("('abab'):gsub('(a)(b)', '%2%1')", #"["baba",2]"#),
        ("('aXb'):gsub('%u', function() return false end)", #"["aXb",1]"#),
        ("('abc'):match('()b()')", "[2,3]"), ("('[x]'):match('[]]')", #"["]"]"#), ("('x]'):match('[^]]')", #"["x"]"#),
        ("('a-z'):match('[a%-]+')", #"["a-"]"#),
        ("('ab'):find('()%1') or 0", "[0]"),
        ("('aaa'):match('a-$')", #"["aaa"]"#),
        ("('x'):rep(3, ',')", #"["x,x,x"]"#),
        ("('abcabc'):match('(%a%a%a)%1')", #"["abc"]"#), ("('  trim  '):match('^%s*(.-)%s*$')", #"["trim"]"#),
    ])
    func patternsMatchAsInLua(_ call: String, _ expected: String) async throws {
        let values = "local t = table.pack(\(call)) t.n = nil return json.array(t)"
        #expect(try await Running.chunk(values) == expected)
    }

    @Test(arguments: [
        ("[a-", "malformed pattern (missing ']')"),
        ("%", "malformed pattern (ends with '%')"),
        ("(a", "unfinished capture"),
        ("a.)", "invalid pattern capture"), ("%b", "malformed pattern (missing arguments to '%b')"),
        ("%fa", "missing '[' after '%f' in pattern"), ("%1", "invalid capture index %1"),
        ("()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()", "too many captures"),
    ])
    func malformedPatternsAreErrors(_ pattern: String, _ message: String) async throws {
        #expect(try await Running.failure("return ('aaa'):find('\(pattern)')")?.message == message)
    }

    @Test func aPatternThatIsTooDeepIsAnError() async throws {
        let failure = try await Running.failure("return ('a'):rep(400):find(('a?'):rep(300))")
        #expect(failure?.message == "pattern too complex")
    }

    /// Whatever the pieces, the text that a function's answers make may be nearly as long as a block.
    @Test(arguments: [(900, 1_000), (1_040, 1_000), (3, 340_000), (1, 1_048_400)])
    func replacementsOfAFunctionMayFillABlock(_ count: Int, _ length: Int) async throws {
        let text = """
            local piece = ('y'):rep(\(length))
            local made, n = ('x'):rep(\(count)):gsub('x', function() return piece end)
            return { #made, n }
            """
        #expect(try await Running.chunk(text) == "[\(count * length),\(count)]")
    }

    @Test func replacementsBeyondABlockAreABreach() async throws {
        let text = "return #('x'):rep(1100):gsub('x', function() return ('y'):rep(1000) end)"
        #expect(try await Running.failure(text)?.code == "script.memory")
    }

    @Test func gmatchWalksAllMatches() async throws {
        let text = "local r = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do r[k] = v end return r"
        #expect(try await Running.chunk(text) == #"{"a":"1","b":"2"}"#)
    }
}
