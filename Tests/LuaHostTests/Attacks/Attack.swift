import Testing

/// Programs that tried to get out, to stay in, or to hand over what is not data. Each says how it must end.
struct Attack: Sendable, CustomTestStringConvertible {
    enum Ending: Sendable {
        case safe  // returns "safe", or fails
        case fails(String)  // with this code or one of its family (a prefix)
        case either  // ends within the budgets; what it returns does not matter
    }
    let name: String
    let ending: Ending
    let text: String

    init(_ name: String, _ ending: Ending, _ text: String) {
        self.name = name
        self.ending = ending
        self.text = text
    }

    var testDescription: String { name }

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

    static let data: [Attack] = [
        Attack(
            "ten thousand levels", .fails("value.depth"),
            "local t = {} local r = t for i = 1, 10000 do t.n = {} t = t.n end return { session = r }"),
        Attack(
            "a metamethod for the reader", .fails("value.metatable"),
            "return setmetatable({}, { __index = function() while true do end end })"),
        Attack("a key that is true", .fails("value.key"), "return { session = { [true] = 1 } }"),
        Attack("one key twice", .fails("value.array"), "return { session = { ['1'] = 'a', [1] = 'b' } }"),
        Attack("an array of a billion", .fails("value.array"), "return { [1] = 'a', [1000000000] = 'b' }"),
        Attack("NUL in a header", .fails("value.string"), "return { headers = { ['X-A'] = 'a\\0b' } }"),
        Attack("a name with a line end", .fails("value.key"), "return { headers = { ['X A:\\n'] = 'v' } }"),
        Attack("an empty name", .fails("value.key"), "return { session = { [''] = 1 } }"),
        Attack(
            "an error that looks like an answer", .fails("script.error"),
            "error({ status = 200, redirect = 'https://evil.example/' })"),
        Attack(
            "doubling by sharing", .fails("script.result"),
            """
            local t = { 'xxxxxxxxxxxxxxxx' }
            for i = 1, 30 do t = { t, t } end
            return t
            """),
        Attack("a function as data", .fails("value.function"), "return { session = { f = tostring } }"),
        Attack("a library as data", .fails("value.metatable"), "return { session = { e = string } }"),
    ]
}
