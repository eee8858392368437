extension Attack {
    /// Calls, errors, loops, memory in small pieces, the host.
    static let control: [Attack] = [
        Attack("deep recursion", .fails("script."), "local function f(n) return 1 + f(n + 1) end return f(1)"),
        Attack(
            "recursion with many arguments", .fails("script."),
            "local function f(...) return 1 + f(1, 2, 3, ...) end return f()"),
        Attack(
            "recursion through pcall", .either,
            "local function f(n) return pcall(f, n + 1) end return tostring(select('#', f(1)))"),
        Attack(
            "recursion through xpcall's handler", .either,
            "local function f() return xpcall(error, f) end return tostring(f())"),
        Attack(
            "recursion through gsub", .either,
            "local function f(n) return (('x'):gsub('x', function() return f(n + 1) end)) end return "
                + "tostring(pcall(f, 1))"
        ),
        Attack(
            "recursion through sort", .either,
            "local function f() table.sort({ 1, 2 }, function() f() return true end) end return tostring(pcall(f))"),
        Attack("recursion through require", .fails("script.error"), "return require('loop')"),
        Attack("a library that never ends", .fails("script.steps"), "return require('endless')"),
        Attack(
            "errors of every type", .safe,
            """
            for _, e in ipairs{ false, 0, 1.5, '', 'x', {}, tostring, config, json.null, note, secret('X') } do
              pcall(error, e) xpcall(error, function(m) return m end, e) pcall(error, e, 2) pcall(error, e, 1e9)
              pcall(error, e, -5) pcall(assert, false, e) pcall(assert, nil, e)
            end
            pcall(error) pcall(error, nil) pcall(assert) pcall(assert, false)
            return 'safe'
            """),
        Attack(
            "an error whose text never ends", .fails("script.error"),
            "error(setmetatable({}, { __tostring = function() while true do end end }))"),
        Attack("an error that is nil", .fails("script.error"), "error(nil)"),
        Attack("an error of a megabyte", .fails("script."), "error(('x'):rep(1000000))"),
        Attack(
            "errors in handlers in handlers", .fails("script."),
            """
            local function h(m) error(m .. 'x') end
            while true do xpcall(function() xpcall(error, h, 'a') error('b') end, h) end
            """),
        Attack(
            "a loop over integers that wrap", .fails("script.steps"),
            "for i = math.maxinteger - 1, math.maxinteger do while true do end end"),
        Attack(
            "loops at the ends of the numbers", .safe,
            """
            local n = 0
            for i = math.maxinteger - 2, math.maxinteger do n = n + 1 end
            for i = math.mininteger + 2, math.mininteger, -1 do n = n + 1 end
            for i = 1, 0 do n = 100 end for i = 1, math.mininteger do n = 100 end
            for i = 3, 1, -math.maxinteger do n = n + 1 end
            pcall(function() for i = 1, 2, 0 do end end) pcall(function() for i = 'a', 2 do end end)
            pcall(function() for i = 1, 0/0 do n = 100 end end)
            return n == 7 and 'safe' or 'out ' .. n
            """),
        Attack("a loop over floats", .fails("script.steps"), "for i = 1.0, math.huge do end"),
        Attack("a loop that never moves", .fails("script.steps"), "for i = 2^53, 2^53 + 2, 0.5 do end"),
        Attack("repeat until never", .fails("script.steps"), "repeat until false"),
        Attack("jumps", .fails("script.steps"), "::a:: do goto b end ::b:: goto a"),
        Attack("a loop of empty calls", .fails("script.steps"), "local f = function() end while true do f() end"),
        Attack(
            "closures without end", .fails("script."),
            "local t = {} while true do t = { function() return t end } end"),
        Attack(
            "closures that are kept", .fails("script."),
            "local t = {} for i = 1, 1e9 do t[i] = function() return i end end"),
        Attack("small pieces that are kept", .fails("script."), "local t for i = 1, 1e9 do t = { t } end"),
        Attack("small pieces that are dropped", .fails("script."), "while true do local t = { {}, {}, {} } end"),
        Attack("short text that is kept", .fails("script."), "local t = {} for i = 1, 1e9 do t[i] = 'k' .. i end"),
        Attack(
            "a table that grows and shrinks", .fails("script."),
            "while true do local t = {} for i = 1, 500 do t[i] = i end for i = 1, 500 do t[i] = nil end end"),
        Attack(
            "keys of every kind", .either,
            """
            local t = {}
            for i = 1, 300 do t[i + 0.5] = i t['k' .. i] = i t[{}] = i t[-i] = i t[function() end] = i end
            t[math.huge] = 1 t[-math.huge] = 1 t[2^53] = 1 pcall(function() t[0/0] = 1 end) pcall(function() t[nil] =
              1 end)
            return 1
            """),
        Attack(
            "memory errors caught one after the other", .fails("script."),
            "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end end) end"),
        Attack(
            "memory errors in a handler", .fails("script."),
            "while true do xpcall(string.rep, function() return ('x'):rep(1e6) end, 'x', 1e18) end"),
        Attack(
            "varargs at their limit", .safe,
            """
            local t = {} for i = 1, 7900 do t[i] = i end
            local function count(...) return select('#', ...) end
            local n = count(table.unpack(t))
            pcall(table.unpack, t, 1, 1e6) pcall(table.unpack, t, 1, 1e9) pcall(table.unpack, {}, math.mininteger,
              math.maxinteger)
            pcall(select, -1) pcall(select, 0) pcall(select, 'x') pcall(select, -7901, table.unpack(t))
            return n == 7900 and select(-1, table.unpack(t)) == 7900 and 'safe' or 'out'
            """),
        Attack(
            "results without end", .fails("script."),
            "local t = {} for i = 1, 7900 do t[i] = i end while true do table.pack(table.unpack(t)) end"),
        Attack(
            "arithmetic at the ends", .safe,
            """
            local a, b = math.mininteger, math.maxinteger
            local r = { a // -1, a % -1, a * a, b + 1, a - 1, b << 64, b >> -64, ~a, -a, b // 1, a // b, 7 // -2, -7
              % 3, 5.5 // 0, 5 % math.huge }
            pcall(function() return 1 // 0 end) pcall(function() return 1 % 0 end) pcall(function() return 1.5 << 1 end)
            pcall(function() return '1' + 1 end) pcall(function() return {} + 1 end) pcall(function() return 2^53 | 1
              end)
            return r[1] == a and 'safe' or 'out'
            """),
        Attack("a flood of host calls", .fails("script.hostCalls"), "while true do note(1) end"),
        Attack("a flood of host calls in pcall", .fails("script.hostCalls"), "while true do pcall(note, 1) end"),
        Attack(
            "a flood of host calls in a comparator", .fails("script.hostCalls"),
            "while true do pcall(table.sort, { 3, 2, 1 }, function() note() return true end) end"),
        Attack("a flood of waits", .fails("script.hostCalls"), "while true do pcall(wait) end"),
        Attack(
            "large arguments for the host", .fails("script."), "local s = ('x'):rep(60000) while true do note(s) end"),
        Attack(
            "arguments that are too large", .safe,
            "return pcall(note, ('x'):rep(1000000)) and 'out' or 'safe'"),
        Attack(
            "everything for the host", .safe,
            """
            local bad = { 0/0, 1/0, -1/0, math.mininteger, 1e308, '', '\\0', '\\xff', {}, { {} }, { 1, nil, 3 }, {
              [0] = 1 }, { [1.5] = 1 },
              { a = { b = {} } }, tostring, note, string, config, json.null, json.array{}, secret('X'), _ENV,
                setmetatable({}, {}) }
            local loop = {} loop.x = loop bad[#bad + 1] = loop
            for _, f in ipairs{ note, wait, secret } do
              pcall(f)
              for i = 1, #bad do pcall(f, bad[i]) pcall(f, bad[i], bad[i], bad[i]) pcall(f, { bad[i] }) end
            end
            return 'safe'
            """),
        Attack(
            "a host value taken apart", .safe,
            """
            local s = secret('X')
            local tries = {
              function() return s .. '' end, function() return #s end, function() return s.x end, function() s.x = 1
                end,
              function() return s() end, function() return s < s end, function() return -s end, function() return s +
                1 end,
              function() for k in pairs(s) do end end, function() for k in ipairs(s) do return k end end,
              function() return next(s) end, function() return table.concat{ s } end, function() return ('x'):rep(s)
                end,
              function() return setmetatable(s, {}) end, function() return string.format('%d', s) end, function()
                return s | 1 end,
              function() return select(s, 1) end, function() return tonumber(s, 10) end, function() return
                json.array(s) end,
              function() return require(s) end, function() return ('x'):gsub('x', s) end, function() return
                table.unpack(s) end,
            }
            for i, f in ipairs(tries) do
              local ok, v = pcall(f)
              if ok and v ~= nil then return 'out ' .. i end
            end
            return tostring(s) == 'host value' and string.format('%s', s) == 'host value' and 'safe' or 'out'
            """),
        Attack(
            "a name that is taken", .safe,
            """
            for _, f in ipairs{
              function() note = 1 end, function() string = {} end, function() config = {} end, function() _ENV.x = 1
                end,
              function() require = nil end, function() pcall = error end,
            } do if pcall(f) then return 'out' end end
            return 'safe'
            """),
        Attack(
            "names that are not there", .safe,
            """
            for _, name in ipairs{ 'coroutine', 'debug', 'io', 'os', 'package', 'load', 'loadstring', 'loadfile',
              'dofile', 'rawget',
                'rawset', 'rawlen', 'collectgarbage', 'print', 'warn', '_G', '_VERSION', 'module', 'setfenv',
                  'getfenv', 'newproxy', 'ffi',
                'jit', 'bit32', 'unpack', 'gcinfo', 'arg' } do
              local ok, v = pcall(function() return _ENV[name] end)
              if ok and v ~= nil then return 'out ' .. name end
            end
            for _, name in ipairs{ 'dump', 'gfind' } do if string[name] then return 'out ' .. name end end
            if math.randomseed or table.maxn or utf8.codes == nil then return 'out' end
            return 'safe'
            """),
        Attack(
            "an environment that is nothing", .safe,
            """
            local real, ok = _ENV, pcall
            local v = ok(function() local _ENV = nil return x end)
            local w = ok(function() local _ENV = real.setmetatable({}, { __index = real }) y = 5 return y end)
            return not v and w and 'safe' or 'out'
            """),
        Attack(
            "names for require", .safe,
            """
            for _, n in ipairs{ '', '.', '..', '../config', '/etc/passwd', 'a/b', 'a\\0b', ('x'):rep(100000),
              'lib.lua', 'STRING', '1', ' ' } do
              if pcall(require, n) then return 'out ' .. n end
            end
            for _, n in ipairs{ 1, {}, true, tostring } do if pcall(require, n) then return 'out' end end
            return require('lib').name == 'lib' and 'safe' or 'out'
            """),
        Attack(
            "a library changed for others", .safe,
            "require('lib').name = 'evil' require('lib').extra = {} return 'safe'"),
        Attack(
            "a comparator that changes the table", .either,
            """
            local t = {} for i = 1, 100 do t[i] = (i * 37) % 101 end
            pcall(table.sort, t, function(a, b) t[#t] = nil t[1] = {} return a < b end)
            pcall(table.sort, t, function(a, b) t[#t + 1] = a return true end)
            return 1
            """),
        Attack(
            "tables that hold tables that hold", .either,
            "local t = {} for i = 1, 100 do t = { t, t, n = t } end return #t"),
        Attack(
            "many locals and closures in a loop", .fails("script."),
            """
            while true do
              local a, b, c, d = {}, {}, {}, {}
              local f = function() return a, b, c, d, function() return a end end
              f()
            end
            """),
    ]
}
