extension Attack {
    /// Patterns, formats and long text.
    static let text: [Attack] = [
        Attack("many lazy repetitions", .fails("script."), "return ('a'):rep(5000):match(('.-'):rep(30) .. 'b')"),
        Attack("many greedy repetitions", .fails("script."), "return ('a'):rep(5000):match(('a*'):rep(30) .. 'b')"),
        Attack(
            "optional items without end", .fails("script."),
            "return ('a'):rep(30):match(('a?'):rep(60) .. ('a'):rep(60))"),
        Attack("back references", .fails("script."), "return ('a'):rep(3000):match('(.-)(.-)(.-)%1%2%3b')"),
        Attack("a frontier everywhere", .fails("script."), "while true do ('a b '):rep(1000):gsub('%f[%w]', '') end"),
        Attack("balance within balance", .fails("script."), "while true do ('()'):rep(5000):gsub('%b()', '%0%0') end"),
        Attack(
            "a set of 60,000 characters", .fails("script."),
            "return ('b'):rep(60000):find('[' .. ('a'):rep(60000) .. ']')"),
        Attack("empty matches everywhere", .fails("script."), "while true do ('x'):rep(60000):gsub('', '') end"),
        Attack(
            "plain search in a long text", .fails("script."),
            "local s = ('a'):rep(500000) while true do s:find(('a'):rep(499999) .. 'b', 1, true) end"),
        Attack(
            "captures of captures", .fails("script."),
            "while true do ('ab'):rep(2000):gsub('((((.))))', '%1%2%3%4') end"),
        Attack(
            "a replacement that grows", .fails("script."), "local s = 'xx' while true do s = s:gsub('x', 'xxxx') end"),
        Attack(
            "a function that grows", .fails("script."),
            "local s = 'xx' while true do s = s:gsub('x', function(x) return s end) end"),
        Attack(
            "iterators that are kept", .either,
            """
            local kept = {}
            for i = 1, 2000 do kept[i] = ('a b c'):gmatch('%a') end
            local n = 0 for _, f in ipairs(kept) do while f() do n = n + 1 end f() f() end
            return n
            """),
        Attack(
            "patterns made of bytes", .safe,
            """
            for a = 0, 255, 3 do for b = 0, 255, 7 do
              local p = string.char(a, b)
              pcall(string.find, 'hello [world] %d', p) pcall(string.gsub, 'x%1[', p, p) pcall(string.match, p, '['
                .. p)
              pcall(string.gmatch('abc', p))
            end end
            return 'safe'
            """),
        Attack(
            "positions at the ends of the numbers", .safe,
            """
            local ends = { math.mininteger, math.mininteger + 1, -1, 0, 1, math.maxinteger - 1, math.maxinteger }
            for _, a in ipairs(ends) do for _, b in ipairs(ends) do
              local s = 'hello'
              s:sub(a, b) s:find('l', a) s:find('l', a, true) s:match('l', a) s:gmatch('l', a)() s:gsub('l', '', a)
              pcall(s.byte, s, a, b) pcall(s.rep, s, a) pcall(utf8.len, s, a, b) pcall(utf8.offset, s, a, b)
              pcall(utf8.codepoint, s, a, b) pcall(string.unpack, 'i', s, a) pcall(table.concat, { s }, s, a, b)
              pcall(table.unpack, { s }, a, b) pcall(table.insert, { s }, a, b)
              pcall(table.remove, { s }, a) pcall(select, a, b) pcall(math.random, a, b) pcall(string.char, a)
              pcall(utf8.char, a) pcall(tonumber, 'z', a) pcall(string.format, '%d %x %c', a, b, 1)
            end end
            return 'safe'
            """),
        Attack("a megabyte taken apart", .fails("script."), "return ('x'):rep(1000000):byte(1, -1)"),
        Attack("code points of a megabyte", .fails("script."), "return utf8.codepoint(('x'):rep(1000000), 1, -1)"),
        Attack(
            "a number with a million digits", .fails("script."),
            "local s = ('9'):rep(1000000) while true do tonumber(s) tonumber(s, 36) end"),
        Attack(
            "text that is taken for a number", .fails("script."),
            "local s = ('9'):rep(1000000) while true do pcall(math.floor, s) pcall(math.max, s, s) "
                + "pcall(string.rep, s, s) end"
        ),
        Attack(
            "formats of every kind", .safe,
            """
            for _, c in ipairs{ 'd', 'i', 'u', 'c', 'x', 'X', 'o', 'a', 'A', 'e', 'E', 'f', 'F', 'g', 'G', 's', 'q',
              'p', 'n', '*' } do
              for _, flags in ipairs{ '', '-', '0', '+', ' ', '#', '99', '.99', '99.99', '100', '.100', '-+ #0',
                '5000' } do
                for _, v in ipairs{ 0, -1, 1.5, 1e308, 0/0, 'x', 'x\\0y', {}, true } do
                  pcall(string.format, '%' .. flags .. c, v)
                end
              end
            end
            return 'safe'
            """),
        Attack(
            "quoting what has no end", .fails("script."),
            "local s = ('\\0'):rep(1000000) while true do string.format('%q', s) end"),
        Attack(
            "thousands of results", .fails("script."),
            "local f = ('B'):rep(900000) return string.unpack(f, ('x'):rep(900000))"),
        Attack(
            "pack formats that pad", .safe,
            """
            for _, f in ipairs{ 'c2000000000', '!16i16', '<!1024', 'i17', 'z', 's1', 's8', 'Xi16', '!0', 'x99999999',
              'c', 'ic-1' } do
              pcall(string.pack, f, '', '', '') pcall(string.unpack, f, 'x') pcall(string.packsize, f)
            end
            return 'safe'
            """),
        Attack(
            "a length prefix that lies", .safe,
            "return pcall(string.unpack, 's8', ('\\xff'):rep(8)) and 'out' or 'safe'"),
        Attack("repeated nothing", .safe, "return (''):rep(1e15) .. (''):rep(math.maxinteger, '') .. 'safe'"),
        Attack("concatenation that doubles", .fails("script.memory"), "local s = 'x' while true do s = s .. s end"),
        Attack(
            "joining a table of long text", .fails("script."),
            "local t, s = {}, ('x'):rep(100000) for i = 1, 7000 do t[i] = s end return #table.concat(t)"),
        Attack(
            "comparing what is equal to the end", .fails("script."),
            "local a, b = ('x'):rep(900000) .. 'a', ('x'):rep(900000) .. 'a' while true do local _ = a == b, "
                + "a < b, a <= b end"
        ),
        Attack(
            "sorting long text", .fails("script."),
            """
            local t = {} for i = 1, 25 do t[i] = ('x'):rep(500000) .. i end
            while true do table.sort(t) end
            """),
        Attack(
            "a table keyed by long text", .fails("script."),
            "local s, t = ('x'):rep(200000), {} while true do t[s .. #t] = true t[#t + 1] = 1 end"),
        Attack(
            "characters without end", .fails("script."),
            "while true do string.char(table.unpack(setmetatable({}, "
                + "{ __index = function() return 65 end }), 1, 7900)) end"),
        Attack(
            "upper and lower", .fails("script."),
            "local s = ('x'):rep(1000000) while true do s = s:upper():lower():reverse() end"),
        Attack(
            "stray bytes in utf8", .safe,
            """
            for _, s in ipairs{ '\\x80', '\\xff', '\\xc0\\x80', '\\xed\\xa0\\x80', '\\xf4\\x90\\x80\\x80', 'a\\x80b',
              '\\xe2\\x82' } do
              pcall(utf8.len, s) pcall(utf8.codepoint, s, 1, -1) pcall(function() for p, c in utf8.codes(s) do end end)
              pcall(utf8.offset, s, 1) pcall(utf8.len, s, 1, -1, true)
            end
            return 'safe'
            """),
    ]
}
