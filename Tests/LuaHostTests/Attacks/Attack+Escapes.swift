extension Attack {
    static let escapes: [Attack] = [
        Attack(
            "process spawn", .safe,
            "local ok, os = pcall(function() return os end) return ok and os and 'out' or 'safe'"),
        Attack(
            "real libraries through require", .safe,
            """
            for _, name in ipairs{ 'os', 'io', 'debug', 'package', 'ffi', 'jit', 'string', '_G' } do
              if pcall(require, name) then return 'out ' .. name end
            end
            return 'safe'
            """),
        Attack("files through loaders", .fails("script.error"), "return dofile('/etc/passwd')"),
        Attack("mutated bytecode", .fails("script.error"), "return load(string.dump(function() end))"),
        Attack("the watchdog removed", .fails("script.error"), "debug.sethook()"),
        Attack(
            "a library function replaced", .safe,
            """
            pcall(function() string.format = tostring end)
            return string.format('%d', 1) == '1' and 'safe' or 'out'
            """),
        Attack(
            "a catch-all on the environment", .safe,
            """
            local ok = pcall(setmetatable, _ENV, { __index = function() return 'out' end })
            return not ok and not pcall(function() return nowhere end) and 'safe' or 'out'
            """),
        Attack(
            "an environment of its own", .safe,
            """
            local real = _ENV
            do local _ENV = { x = 1 } if x ~= 1 then return 'out' end end
            _ENV = setmetatable({}, { __index = real })
            y = 5
            return tostring(y) == '5' and not pcall(function() real.y = 1 end) and 'safe' or 'out'
            """),
        Attack(
            "the real table through pairs", .safe,
            """
            local real = {}
            for k, v in pairs(string) do real[k] = v end
            local f, t, s = pairs(string)
            pcall(function() t.evil = 1 end)
            real.format = nil
            return string.format and string.evil == nil and 'safe' or 'out'
            """),
        Attack("next on a proxy", .safe, "return next(string) == nil and next(_ENV) == nil and 'safe' or 'out'"),
        Attack(
            "addresses in text", .safe,
            """
            local s = tostring({}) .. tostring(tostring) .. string.format('%s', {})
              .. select(2, pcall(error, tostring(_ENV)))
            return s:find('0x%x+') and 'out' or 'safe'
            """),
        Attack(
            "wrong arguments for everything", .safe,
            """
            local bad = { false, 0, -1, 1e308, '', {}, tostring, math.mininteger }
            for _, library in ipairs{ string, table, math, utf8, json } do
              for _, f in pairs(library) do
                if type(f) == 'function' then
                  pcall(f)
                  for _, a in ipairs(bad) do for _, b in ipairs(bad) do pcall(f, a, b, a) end end
                end
              end
            end
            return 'safe'
            """),
        Attack(
            "a metatable protected by a lie", .safe,
            """
            local o = setmetatable({}, { __index = function() return 'x' end })
            local refused = not pcall(setmetatable, string, {}) and not pcall(setmetatable, 'x', {})
            return refused and o.y == 'x' and 'safe' or 'out'
            """),
    ]
}
