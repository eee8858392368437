extension Attack {
    /// Text that costs far more than the step that reads it.
    static let lengths: [Attack] = [
        Attack(
            "text of nothing but NUL compared", .either,
            """
            local a = ('\\0'):rep(300000)
            local b = a .. 'x'
            for i = 1, 200 do local _ = a < b end
            return 1
            """),
        Attack(
            "text of nothing but NUL sorted", .either,
            """
            local a, t = ('\\0'):rep(100000), {}
            for i = 1, 40 do t[i] = a .. i end
            table.sort(t)
            return 1
            """),
        Attack(
            "short text of nothing but NUL compared", .fails("script."),
            "local a = ('\\0'):rep(2000) local b = a .. 'x' while true do local _ = a < b _ = b < a end"),
        Attack(
            "a number of a megabyte for functions that count nothing", .either,
            """
            local s, f = ('0'):rep(1000000) .. '7', ipairs({})
            for i = 1, 20 do
              math.floor(s) math.fmod(s, s) select(s, 1) f({}, s) pcall(error, '', s) math.random(s)
              table.unpack({}, s, s) table.move({}, s, s, s) pcall(table.insert, {}, s, 1)
            end
            return 1
            """),
        Attack(
            "numbers with all their digits", .either,
            """
            local f, t = ('%.99f'):rep(500), {}
            for i = 1, 500 do t[i] = -1.7976931348623157e308 end
            for i = 1, 100 do string.format(f, table.unpack(t)) end
            return 1
            """),
        Attack(
            "padding without end", .either,
            "for i = 1, 100 do string.pack('c1000000', '') end return 1"),
        Attack(
            "formats of nothing", .either,
            """
            for i = 1, 20 do
              string.packsize((' '):rep(500000)) string.packsize(('c0'):rep(200000))
              pcall(string.unpack, ('c0'):rep(7000), '')
            end
            return 1
            """),
        Attack(
            "a character that never ends", .either,
            """
            local step, s = utf8.codes(''), 'a' .. ('\\x80'):rep(1000000)
            for i = 1, 100 do pcall(step, s, 1) end
            return 1
            """),
        Attack(
            "a separator between nothings", .fails("script."),
            """
            local t, s = {}, ('x'):rep(100)
            for i = 1, 9000 do t[i] = '' end
            while true do table.concat(t, s) end
            """),
        Attack(
            "a name of a type that is a megabyte", .either,
            """
            local o = setmetatable({}, { __name = ('x'):rep(1000000) })
            for i = 1, 20 do pcall(string.rep, o, 1) pcall(function() return o + 1 end) tostring(o) end
            return 1
            """),
        Attack(
            "a replacement of percent signs", .fails("script."),
            "local r = ('%%'):rep(400000) while true do ('x'):gsub('.', r) end"),
    ]
}
