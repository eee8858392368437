import LuaHost
import Testing

@Suite struct SliceTests {
    static let programs = [
        "local n = 0 for i = 1, 300 do n = n + i % 7 end return n",
        "local t = {} for i = 1, 60 do t[i] = (i * 37) % 61 end table.sort(t) return t",
        "local t = {} for i = 1, 40 do t[#t + 1] = tostring(i) end return table.concat(t, ',')",
        "local ok, e = pcall(function() for i = 1, 50 do if i == 40 then error('at ' .. i) end end end) return e",
        "local r = {} for k in ('a=1,b=2,c=3'):gmatch('(%a)=') do r[#r + 1] = k end return r",
        "local C = {} C.__index = C C.__add = function(a, b) return a.v + b.v end "
            + "local function new(v) return setmetatable({ v = v }, C) end return new(20) + new(22)",
        "local function sum(t, k) local n = 0 for i = 1, k do n = n + i end return n end "
            + "local t = setmetatable({}, { __index = sum }) "
            + "return t[10] + t[20]",
        "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(12)",
        "local s = '' for i = 1, 50 do s = s .. i end return s",
        "return (('hello world'):gsub('%w+', function(w) return w:upper() end))",
        "local r = {} for i, v in ipairs({ 'a', 'b', 'c' }) do r[v] = i end return r",
        "local function v(...) return select('#', ...), ... end return { v(1, 2, 3) }",
        "local n = 0 for k, v in pairs({ a = 1, b = 2, c = 3, 4, 5 }) do n = n + v end return n",
        "local ok, e = xpcall(function() local x = nil; return x.y end, function(m) return 'handled' end) return e",
        "return { xpcall(error, function(m) for i = 1, 50 do end return m .. echo(1), 2 end, 'x') }",
        "return { xpcall(error, function(m) for i = 1, 50 do end error(m .. echo(1), 0) end, 'x') }",
        "local o = setmetatable({}, { __mul = function(a, b) for i = 1, 50 do end return echo(2) end }) "
            + "return { '3' * o, o * '3' }",
        "return { echo(1), echo('two'), echo({ 3 }) }",
        "goto done do error('never') end ::done:: return 1",
        "local t <const> = { n = 1 } while t.n < 100 do t.n = t.n * 2 end return t",
        "local a, b = 1, 2 for i = 1, 30 do a, b = b, (a + b) % 1000 end return a",
        "return pcall(error)",
        "local t = {} for i = 1, 50 do t[i] = (i * 37) % 53 end "
            + "table.sort(t, function(a, b) return a > b end) return t",
        "local t = { 3, 1, 2 } return { pcall(table.sort, t, function(a, b) if a == 2 then error('two') end end), #t }",
        "return { ('abc'):gsub('', function() return '-' end) }",
        "return { ('one two  three'):gsub('(%w+)(%s*)', function(w, s) return #w > 3 and s .. w or false end) }",
        "return { ('a.b.c'):gsub('%.', function(d) return (('x-y'):gsub('%-', function() return d end)) end) }",
        "return { ('abcabc'):gsub('^a', function(a) return a:upper() end), ('aaa'):gsub('a', function() end, 2) }",
        "return pcall(string.gsub, 'abc', '%w', function(c) if c == 'c' then return {} end return 'y' end)",
        "return (('x'):rep(300):gsub('x', function(x) return x .. x .. 'yz' end))",
        "local m = { __lt = function(a, b) return a.v < b.v end } local t = {} for i = 1, 20 do "
            + "t[i] = setmetatable({ v = (i * 7) % 11 }, m) end table.sort(t) "
            + "local r = {} for i = 1, 20 do r[i] = t[i].v end return r",
    ]

    @Test(arguments: [
        "table.sort(p.list, function(a, b) for i = 1, 100 do end return a < b end) return #p.list",
        "return (p.text:gsub('x', function(x) for i = 1, 100 do end return x end))",
    ])
    func orderAndReplacementFunctionsAreCutIntoSlices(_ body: String) async throws {
        let text = "return function(p) p.list = {} for i = 1, 500 do p.list[i] = i end \(body) end"
        let lease = try LuaPool(program: try Running.program(text)).lease()
        _ = try await lease.call(
            LuaCall(
                entry: 0, arguments: [.json("text", Array(("\"" + String(repeating: "x", count: 3000) + "\"").utf8))]))
        #expect(lease.used.slices > 5)
    }

    @Test(arguments: programs)
    func resultsAreEqualWhateverTheSlices(_ text: String) async throws {
        let echo = HostFunction.waiting("echo") { .value(Array($0.dropFirst().dropLast())) }
        var results: Set<String> = []
        let cuts: [(interval: UInt32, steps: UInt64, bytes: Int)] = [
            (1, 1, 1 << 18), (1, 7, 1 << 18), (7, 7, 100), (100, 1_000, 64), (100, 1_000, 1 << 18), (100, 0, 0),
        ]
        for (interval, steps, bytes) in cuts {
            var limits = Running.generous
            limits.slices.interval = interval
            limits.slices.firstSteps = steps
            limits.slices.laterSteps = steps
            limits.slices.firstBytes = bytes
            results.insert(try await Running.chunk(text, functions: [echo], limits: limits))
        }
        #expect(results.count == 1)
    }

    @Test func aLongCallIsPendingAfterItsFirstSlice() async throws {
        let pool = LuaPool(program: try Running.program("return function() for i = 1, 100000 do end return 1 end"))
        let lease = try pool.lease()
        guard case .pending = lease.start(LuaCall(entry: 0)) else { Issue.record("not pending"); return }
        guard case .returned(let result) = await lease.proceed() else { Issue.record("no result"); return }
        #expect(result.text == "1")
        #expect(lease.used.slices > 2)
    }

    @Test func aShortCallEndsInItsFirstSlice() throws {
        let pool = LuaPool(program: try Running.program("return function() return 1 end"))
        guard case .returned = try pool.lease().start(LuaCall(entry: 0)) else { Issue.record("pending"); return }
    }

    @Test func afterAFirstSliceThatCouldNotBeCutOthersBeginElsewhere() async throws {
        var limits = Running.generous
        limits.steps = 50_000_000
        let pool = LuaPool(
            program: try Running.program(
                "return function(p) return ('a'):rep(p.n):find('.-.-.-.-b') or 1 end", limits: limits))
        let lease = try pool.lease()
        let small = LuaCall(entry: 0, arguments: [Running.json("n", "2")])
        guard case .returned = lease.start(small) else { Issue.record("pending"); return }
        guard case .returned = lease.start(LuaCall(entry: 0, arguments: [Running.json("n", "45")])) else {
            Issue.record("failed")
            return
        }
        guard case .pending = lease.start(small) else { Issue.record("not pending"); return }
        guard case .returned(let result) = await lease.proceed() else { Issue.record("no result"); return }
        #expect(result.text == "1")
        for _ in 0..<300 { _ = try await lease.call(small) }
        guard case .returned = lease.start(small) else { Issue.record("pending again"); return }
    }

    @Test func oneGreedyCallDoesNotStopTheOthers() async throws {
        var limits = Running.generous
        limits.steps = 5_000_000
        let pool = LuaPool(
            program: try Running.program(
                "return function(p) for i = 1, p.n do end return p.n end", limits: limits), running: 1)
        let order = try await withThrowingTaskGroup(of: Int.self) { group in
            for n in [4_000_000, 60_000, 60_000] {
                group.addTask {
                    _ = try await pool.lease().call(LuaCall(entry: 0, arguments: [Running.json("n", "\(n)")]))
                    return n
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(order.last == 4_000_000)
    }
}
