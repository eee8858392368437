extension Attack {
    /// Single instructions and calls that a large table makes slow.
    static let tables: [Attack] = [
        Attack(
            "a full table that is laid out anew for every name", .fails("script."),
            """
            local t = {}
            for i = 1, 8191 do t['k' .. i] = i end
            t.a = 1
            while true do
              t.a = nil t.b = 1 t.b = nil t.c = 1 t.c = nil t.a = 1 t.a = nil t.b = 1 t.b = nil t.a = 1
            end
            """),
        Attack(
            "a full list that is counted for every name", .fails("script."),
            """
            local t = {}
            for i = 1, 16384 do t[i] = i end
            while true do
              t.a = nil t.b = 1 t.b = nil t.c = 1 t.c = nil t.a = 1 t.a = nil t.b = 1 t.b = nil t.a = 1
            end
            """),
        Attack(
            "the first member of what was large", .fails("script."),
            """
            local t = { ('x'):rep(15000):byte(1, -1) }
            table.move({}, 1, 15000, 1, t)
            while true do if next(t) then break end end
            """),
        Attack(
            "a walk over what was large", .fails("script."),
            """
            local t = { ('x'):rep(15000):byte(1, -1) }
            table.move({}, 1, 15000, 1, t)
            while true do for _ in pairs(t) do end end
            """),
        Attack(
            "a length that has to be looked for", .fails("script."),
            """
            local t = { n = 1 }
            for i = 0, 61 do t[1 << i] = 1 end
            while true do local _ = #t end
            """),
        Attack(
            "arguments that are handed on and grow", .fails("script."),
            """
            local function f(n, ...) if n == 0 then return select('#', ...) end return f(n - 1, n, ...) end
            while true do f(3000) end
            """),
        Attack(
            "a length below zero", .fails("script."),
            """
            local t = setmetatable({}, { __len = function() return math.mininteger end })
            while true do pcall(table.remove, t) pcall(table.insert, t, 1) end
            """),
        Attack(
            "elements at the ends of the numbers", .safe,
            """
            local low, high = math.mininteger, math.maxinteger
            local ends = { { low, high }, { -1, high }, { high - 10, high }, { low, low }, { high, high } }
            for _, e in ipairs(ends) do
              pcall(table.unpack, {}, e[1], e[2])
              pcall(table.move, { 1 }, e[1], e[2] < 0 and e[2] or e[1], 1)
              pcall(table.move, { 1 }, 1, 10, e[1])
              pcall(table.concat, {}, '', e[1], e[2])
            end
            return 'safe'
            """),
    ]
}
