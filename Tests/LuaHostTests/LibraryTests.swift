import LuaHost
import Testing

@Suite struct LibraryTests {
    @Test(arguments: [
        ("local t = { 1, 3 } table.insert(t, 2, 2) table.insert(t, 4) return t", "[1,2,3,4]"),
        ("local t = { 1, 2, 3 } local x = table.remove(t, 1) local y = table.remove(t) return { x, y, #t }", "[1,3,1]"),
        ("return table.remove({})", "null"), ("local t = {} return { table.remove(t, #t) == nil, #t }", "[true,0]"),
        (
            "return { table.remove({}, nil) == nil, table.remove({}, 1) == nil, table.remove({ 1 }, 2) == nil }",
            "[true,true,true]"
        ),
        ("return table.concat({ 1, 2, 'x' }, '-')", "\"1-2-x\""),
        ("return table.concat({ 1, 2, 3 }, ',', 2, 3)", "\"2,3\""), ("return table.concat({})", "\"\""),
        ("return table.move({ 1, 2, 3 }, 2, 3, 1)", "[2,3,3]"), ("return table.move({ 1, 2 }, 1, 2, 2)", "[1,1,2]"),
        ("return table.move({ 1, 2 }, 1, 2, 1, {})", "[1,2]"), ("return { table.unpack({ 1, 2, 3 }, 2) }", "[2,3]"),
        ("return table.pack(1, nil).n", "2"), ("local t = { 'b', 'a', 'c' } table.sort(t) return t", #"["a","b","c"]"#),
        ("local t = { 1, 2, 3 } table.sort(t, function(a, b) return a > b end) return t", "[3,2,1]"),
        (
            "local t = {} for i = 1, 500 do t[i] = (i * 7919) % 503 end table.sort(t) "
                + "for i = 2, 500 do if t[i - 1] > t[i] then return i end end return 'sorted'", "\"sorted\""
        ),
        (
            "return { pcall(table.sort, { 1, 'x' }) }",
            #"[false,"attempt to compare number with string"]"#
        ),
        ("return { xpcall(function() error('q', 0) end, function(m) return m .. '!' end) }", #"[false,"q!"]"#),
        ("return { xpcall(error, function(m) return m .. '!', 2, 3 end, 'q') }", #"[false,"q!"]"#),
        ("return select('#', xpcall(error, function() end))", "2"),
        ("return { xpcall(error, function(m) error(m .. '!', 0) end, 'q') }", #"[false,"q!"]"#),
        ("return { xpcall(error, function(m) error({ code = m }) end, 7) }", #"[false,{"code":7}]"#),
        (
            "return { xpcall(error, function(m) return m.x.y end, {}) }",
            #"[false,"scripts/test.lua:1: attempt to index a nil value (field 'x')"]"#
        ),
        (
            "return { pcall(table.concat, { {} }) }",
            #"[false,"invalid value (table) at index 1 in table for 'concat'"]"#
        ),
        ("local t = { 'only' } table.sort(t, 5) table.sort({}, 'x') return t", #"["only"]"#),
        ("return { pcall(error, { code = 7 }) }", #"[false,{"code":7}]"#),
        ("return { pcall(function(...) return ... end, 1, 2) }", "[true,1,2]"),
        ("return { tostring(nil), tostring(1.5), tostring(json.null) }", #"["nil","1.5","null"]"#),
        ("local t = {} for i, v in ipairs({ 5, 6, nil, 8 }) do t[i] = v * i end return t", "[5,12]"),
        (
            "local n = 0 for i, v in ipairs(setmetatable({}, { __index = function(_, i) return i < 4 and i or nil end })) "
                + "do n = n + v end return n", "6"
        ),
        ("return { pcall(ipairs({}), {}, 'x') }", #"[false,"bad argument #2 to '?' (number expected, got string)"]"#),
        ("return { pcall(ipairs({}), { 'a' }, 0) }", #"[true,1,"a"]"#),
        ("return { pcall(ipairs({}), { 'a' }, '0') }", #"[true,1,"a"]"#),
        ("return string.format('%5.1f|%-3d|%s|%q|%%', 1.25, 7, 'x', 'y')", #""  1.2|7  |x|\"y\"|%""#),
        ("return string.format('%s', setmetatable({}, { __tostring = function() return 'me' end }))", "\"me\""),
        ("return { #utf8.charpattern, utf8.charpattern:byte(2), utf8.charpattern:byte(-1) }", "[14,0,42]"),
        (
            "local t = {} for c in ('aé€\\0b'):gmatch(utf8.charpattern) do t[#t + 1] = #c end return t",
            "[1,2,3,1,1]"
        ),
        (
            "return { math.pi == 4 * math.atan(1), math.huge == 1 / 0, math.maxinteger == -(math.mininteger + 1), "
                + "math.mininteger == 1 << 63 }", "[true,true,true,true]"
        ),
        ("return { utf8.len('é'), utf8.char(233), utf8.codepoint('é') }", #"[1,"é",233]"#),
        (
            "local t = {} for p, c in utf8.codes('aé€\u{1F600}\0b') do t[#t + 1] = p t[#t + 1] = c end return t",
            "[1,97,2,233,4,8364,7,128512,11,0,12,98]"
        ),
        ("local n = 0 for _ in utf8.codes('') do n = n + 1 end return n", "0"),
        ("local t = {} for _, c in utf8.codes('\\xed\\xa0\\x80', true) do t[1] = c end return t", "[55296]"),
        ("local r = math.random() local d = math.random(6) return r >= 0 and r < 1 and d >= 1 and d <= 6", "true"),
        ("return math.random(5, 5)", "5"), ("return math.type(math.random(0))", "\"integer\""),
    ])
    func libraryWorksAsInLua(_ text: String, _ expected: String) async throws {
        #expect(try await Running.chunk(text) == expected)
    }

    @Test(arguments: [
        "table.insert({}, 5, 1)", "table.insert({}, 1, 2, 3)", "table.remove({ 1 }, 7)", "table.concat({ {} })",
        "table.remove({}, 2)", "table.remove({}, -1)", "table.remove({ 1 }, 0)", "table.sort({ 1, 2 }, 5)",
        "tostring(setmetatable({}, { __tostring = function() return true end }))",
        "table.unpack({}, 1, 1e7)", "table.move({}, math.mininteger, 1, 2)", "table.sort(1)", "math.random(2, 1)",
        "json.array('x')", "json.array(setmetatable({}, {}))", "setmetatable('', {})", "('x'):rep(1e9)",
        "(function() for _ in utf8.codes('ab\\x80c') do end end)()",
        "(function() for _ in utf8.codes('\\x80') do end end)()",
        "(function() for _ in utf8.codes('\\xed\\xa0\\x80') do end end)()",
        "(function() for _ in utf8.codes('\\xc0\\x80') do end end)()",
        "(function() for _ in utf8.codes('a\\xe2\\x82') do end end)()", "utf8.codes({})", "xpcall(error)", "tostring()",
        "string.format('%d', 'x')", "math.random(1, 2, 3)",
    ])
    func misuseIsAnError(_ text: String) async throws {
        #expect(try await Running.failure("return \(text)")?.code == "script.error")
    }

    @Test func randomNumbersDifferBetweenCalls() async throws {
        let numbers = try await (0..<20).asyncMap { _ in try await Running.chunk("return math.random(0)") }
        #expect(Set(numbers).count == 20)
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}
