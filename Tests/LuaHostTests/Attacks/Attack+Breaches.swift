extension Attack {
    /// Ways to go on after a limit, from where a call cannot give way: inside what a library function calls.
    static let breaches: [Attack] = [
        Attack(
            "caught where elements are joined", .fails("script."),
            """
            local t = setmetatable({}, { __len = function() return 1 end, __index = function()
              while true do pcall(function() while true do end end) end
            end })
            while true do pcall(table.concat, t) end
            """),
        Attack(
            "caught where a replacement is looked up", .fails("script."),
            """
            local t = setmetatable({}, { __index = function()
              while true do xpcall(function() while true do end end, function() while true do end end) end
            end })
            while true do pcall(string.gsub, 'x', '.', t) end
            """),
        Attack(
            "caught twelve levels down", .fails("script."),
            """
            local function deep(n)
              if n == 0 then while true do end end
              local t = setmetatable({}, { __len = function() return 1 end, __index = function()
                pcall(deep, n - 1) pcall(deep, n - 1) return 'x'
              end })
              return pcall(table.concat, t)
            end
            while true do deep(12) end
            """),
        Attack(
            "memory caught where a length is asked for", .fails("script."),
            """
            local t = setmetatable({}, { __len = function()
              while true do
                pcall(function() local k = {} for i = 1, 1e9 do k[i] = ('x'):rep(1000) .. i end end)
              end
            end })
            table.insert(t, 1)
            """),
        Attack(
            "host calls caught where elements are joined", .fails("script."),
            """
            local t = setmetatable({}, { __len = function() return 1 end, __index = function()
              while true do pcall(note) end
            end })
            return table.concat(t)
            """),
        Attack(
            "caught by a handler that fails the same way", .fails("script."),
            """
            local function handler() return xpcall(function() while true do end end, handler) end
            while true do xpcall(error, handler, 1) end
            """),
        Attack(
            "caught beside variables that close", .fails("script."),
            """
            while true do
              pcall(function() local a <close> = nil local b <close> = false while true do end end)
            end
            """),
        Attack(
            "one refusal and on", .either,
            """
            local ok = pcall(string.pack, 'c2000000', '')
            local t = {}
            for i = 1, 100 do t[i] = ('x'):rep(1000) .. i end
            return #t
            """),
        Attack(
            "every kind of nesting to its end", .safe,
            """
            local function lens(f) return setmetatable({}, { __len = function() return 1 end, __index = f }) end
            local joined, looked, shown, ordered, walked
            joined = function() return table.concat(lens(joined)) end
            looked = function() return (('x'):gsub('x', setmetatable({}, { __index = looked }))) end
            shown = function() return string.format('%s', setmetatable({}, { __tostring = shown })) end
            local m = {}
            ordered = function() local t = { setmetatable({}, m), setmetatable({}, m) } table.sort(t) return true end
            m.__lt = function() return ordered() end
            walked = function() for _ in pairs(setmetatable({}, { __pairs = walked })) do end end
            for _, f in ipairs{ joined, looked, shown, ordered, walked } do if pcall(f) then return 'out' end end
            return 'safe'
            """),
        Attack(
            "writing through what is handed out", .safe,
            """
            local step, state = pairs(config)
            local tries = {
              function() setmetatable({}, { __newindex = string }).x = 1 end,
              function() setmetatable({}, { __newindex = _ENV }).x = 1 end,
              function() setmetatable({}, { __newindex = config.list })[1] = 5 end,
              function() state.x = 1 end, function() table.sort(config.list, function(a, b) return a > b end) end,
              function() table.move({ 9 }, 1, 1, 1, config.list) end, function() json.array(config.list) end,
              function() setmetatable(config, nil) end, function() next(string, 'format') end,
              function() step(config, 'nowhere') end,
            }
            for i, f in ipairs(tries) do if pcall(f) then return 'out ' .. i end end
            return config.list[1] == 1 and config.list[2] == 2 and 'safe' or 'out'
            """),
        Attack(
            "addresses by every directive", .safe,
            """
            local forms = { '%p', '%5p', '%-5p', '%.3p', '%5%p', '%%%p', '%0p', '%s%p', '%+p', '%\\0p', '% p', '%#p' }
            for _, f in ipairs(forms) do
              if pcall(string.format, f, {}, {}) then return 'out ' .. f end
            end
            for _, f in ipairs{ '%s', '%q', '%d', '%c', '%x', '%a', '%10s', '%.3s' } do
              local _, text = pcall(string.format, f, tostring)
              if tostring(text):find('0x') then return 'out ' .. f end
            end
            return 'safe'
            """),
    ]
}
