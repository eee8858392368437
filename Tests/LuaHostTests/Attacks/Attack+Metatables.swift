extension Attack {
    /// Metamethods of every kind, chains of them, and what they return.
    static let metatables: [Attack] = [
        Attack(
            "a chain of two indexes that never ends", .fails("script."),
            """
            local a, b = {}, {}
            setmetatable(a, { __index = b }) setmetatable(b, { __index = a })
            while true do pcall(function() return a.x end) end
            """),
        Attack(
            "a chain of 1,900 indexes", .fails("script."),
            """
            local t = {}
            for i = 1, 1900 do t = setmetatable({}, { __index = t }) end
            while true do local _ = t.x end
            """),
        Attack(
            "a chain of writes", .fails("script."),
            """
            local t = {}
            for i = 1, 1900 do t = setmetatable({}, { __newindex = t }) end
            while true do t.x = nil end
            """),
        Attack(
            "metamethods that call themselves", .safe,
            """
            local m = {}
            m.__index = function(t, k) return t[k .. 'x'] end
            m.__newindex = function(t, k, v) t[k] = v end
            m.__add = function(a, b) return a + b end
            m.__call = function(f, ...) return f(...) end
            m.__len = function(t) return #t end
            m.__eq = function(a, b) return a == b end
            m.__tostring = function(t) return tostring(t) end
            local t, u = setmetatable({}, m), setmetatable({}, m)
            pcall(function() return t.a end) pcall(function() t.a = 1 end) pcall(function() return t + u end)
            pcall(function() return #t end) pcall(function() return t == u end) pcall(tostring, t)
            return 'safe'
            """),
        Attack(
            "a call that calls itself for ever", .fails("script."),
            """
            local t t = setmetatable({}, { __call = function(self, ...) return self(...) end })
            return t()
            """),
        Attack(
            "a callable that is a table that is a callable", .either,
            """
            local t = function() return 'deep' end
            for i = 1, 300 do t = setmetatable({}, { __call = t }) end
            return t()
            """),
        Attack(
            "a length that is no number", .safe,
            """
            for _, n in ipairs{ 1.5, 'x', {}, -1, math.mininteger, 2^53 } do
              local t = setmetatable({}, { __len = function() return n end })
              pcall(table.insert, t, 1) pcall(table.remove, t) pcall(table.sort, t, function() return false end)
            end
            return 'safe'
            """),
        Attack(
            "a length of four billion", .fails("script."),
            """
            local t = setmetatable({}, { __len = function() return 1 << 32 end, __index = function() return 1 end })
            while true do pcall(table.concat, t) pcall(table.unpack, t) pcall(table.remove, t, 1) end
            """),
        Attack(
            "text that is no text", .safe,
            """
            for _, v in ipairs{ false, {}, tostring, json.null, config } do
              local t = setmetatable({}, { __tostring = function() return v end, __name = {} })
              if pcall(tostring, t) or pcall(string.format, '%s', t) then return 'out' end
            end
            return 'safe'
            """),
        Attack(
            "late metamethods", .safe,
            """
            local m, hits = {}, 0
            local t = setmetatable({}, m)
            for _, k in ipairs{ '__gc', '__close', '__mode', '__concat', '__index', '__metatable' } do
              m[k] = function() hits = hits + 1 return 'x' end
            end
            local ok = pcall(function() return t .. '' end)
            pcall(function() local x <close> = t end)
            return hits == 0 and not ok and t.y == nil and 'safe' or 'out'
            """),
        Attack(
            "metamethods that are refused", .safe,
            """
            for _, k in ipairs{ '__gc', '__close', '__mode', '__concat', '__metatable' } do
              if pcall(setmetatable, {}, { [k] = function() end }) then return 'out ' .. k end
            end
            return 'safe'
            """),
        Attack(
            "a metatable through a metatable", .safe,
            """
            local shadow = setmetatable({}, { __index = { __gc = tostring, __close = tostring, __index = tostring } })
            local t = setmetatable({}, shadow)
            return t.x == nil and getmetatable(t) == shadow and 'safe' or 'out'
            """),
        Attack(
            "the concat that breaks stacks", .fails("script.error"),
            """
            local function deep(n, ...) if n == 0 then return '' end return deep(n - 1, n, ...) .. '' end
            return 'a' .. 'b' .. setmetatable({}, { __concat = function() return deep(190) end }) .. 'c'
            """),
        Attack(
            "iterators without end", .fails("script.steps"),
            "for k in pairs(setmetatable({}, { __pairs = function(t) return function() return 1 end, t end })) do end"),
        Attack(
            "iterators that are nonsense", .safe,
            """
            for _, p in ipairs{ false, 1, 'x', {} } do
              pcall(function() for k in pairs(setmetatable({}, { __pairs = function() return p end })) do end end)
            end
            return 'safe'
            """),
        Attack(
            "a pairs that is written to", .either,
            "local t = { 1 } for k in pairs(t) do t[k .. 'x'] = 1 t[k] = nil end return 1"),
        Attack(
            "an index that looks at the sandbox's own", .safe,
            """
            local names = { 'format', 'rep', '__index', '__metatable', '__gc', '__name', '__pairs' }
            for _, value in ipairs{ '', string, _ENV, json.array{}, config } do
              local m = getmetatable(value)
              if m ~= false then return 'out ' .. type(m) end
              for _, n in ipairs(names) do pcall(function() value[n] = print end) end
            end
            return ('x'):rep(2) == 'xx' and 'safe' or 'out'
            """),
        Attack(
            "equality that never answers", .fails("script.steps"),
            """
            local m = { __eq = function() while true do end end }
            return setmetatable({}, m) == setmetatable({}, m)
            """),
        Attack(
            "an order that is a table", .either,
            """
            local m = { __lt = setmetatable({}, { __call = function(_, a, b) return a.n < b.n end }) }
            local t = {} for i = 1, 50 do t[i] = setmetatable({ n = (i * 7) % 13 }, m) end
            table.sort(t) return #t
            """),
        Attack(
            "an array mark of one's own", .safe,
            """
            local a = json.array{}
            local wrote = pcall(setmetatable, a, { __index = string })
            local m = getmetatable(a)
            return not wrote and m == false and json.array(a) == a and 'safe' or 'out'
            """),
    ]
}
