extension Attack {
    static let hungry: [Attack] = [
        Attack("a tail call for ever", .fails("script.steps"), "local function f() return f() end return f()"),
        Attack(
            "a kill that pcall swallows", .fails("script.steps"),
            "while true do pcall(function() while true do end end) end"),
        Attack(
            "a coroutine of its own", .fails("script.error"),
            "coroutine.wrap(function() while true do end end)()"),
        Attack("a yield to the host", .fails("script.error"), "coroutine.yield('x')"),
        Attack("n squared in one %b", .fails("script.steps"), "return ('('):rep(60000):find('%b()')"),
        Attack("one loop of 1e15", .fails("script."), "return table.move({}, 1, 1e15, 2)"),
        Attack(
            "a closing variable", .fails("script.error"),
            "do local x <close> = setmetatable({}, { __close = function() while true do end end }) end"),
        Attack("a busy wait", .fails("script.error"), "local t = os.clock() while os.clock() - t < 60 do end"),
        Attack(
            "a flood of formats", .fails("script."),
            """
            local f, t = ('%99.99f'):rep(200), {}
            for i = 1, 200 do t[i] = 1e308 end
            while true do string.format(f, table.unpack(t)) end
            """),
        Attack(
            "two gigabytes by format", .fails("script."),
            """
            local s, t = ('x'):rep(1e6), {}
            for i = 1, 200 do t[i] = s end
            return #string.format(('%s'):rep(200), table.unpack(t))
            """),
        Attack("two gigabytes by pack", .fails("script.memory"), "return #string.pack('c2000000000', '')"),
        Attack(
            "an endless supply of errors about memory", .fails("script."),
            "while true do pcall(string.rep, 'x', 1e9) end"),
        Attack("size arithmetic", .either, "return pcall(string.rep, 'x', math.maxinteger, 'yy')"),
        Attack("a table for ever", .fails("script."), "local t = {} for i = 1, 1e12 do t[i] = i end"),
        Attack("a hoard that outlives the call", .fails("script.error"), "hoard = hoard or {} hoard[1] = 1"),
        Attack("chosen keys", .either, "local t = {} for i = 1, 8000 do t[i << 16] = i end return #t"),
        Attack(
            "nested captures", .fails("script."),
            "return ('a'):rep(200):find(('(a*'):rep(30) .. (')'):rep(30) .. 'b')"),
        Attack(
            "a string compared for ever", .fails("script."),
            """
            local a, b = ('x'):rep(1e6), ('x'):rep(1e6 - 1) .. 'y'
            while true do local _ = a < b end
            """),
    ]
}
