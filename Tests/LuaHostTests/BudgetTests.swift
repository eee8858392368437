import LuaHost
import Testing

@Suite struct BudgetTests {
    static let endless = [
        "while true do end", "goto a ::a:: goto a", "local function f() return f() end return f()",
        "for i = 1, 1e18 do end", "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() end) end",
        "xpcall(error, function() while true do end end)",
        "while true do xpcall(error, function() while true do end end) end",
        "while true do xpcall(error, function() error('again') end) end",
        "while true do pcall(table.sort, { 1, 2 }, function() xpcall(error, function() while true do end end) end) end",
        "local o = setmetatable({}, { __add = function() while true do end end }) "
            + "while true do pcall(function() return '1' + o end) end",
        "local s = ('1'):rep(100000) .. 'x' while true do pcall(function() return -s end) end",
        "table.sort({ 3, 1, 2 }, function() while true do end end)",
        "('x'):gsub('x', function() while true do end end)",
        "while true do pcall(table.sort, { 1, 2 }, function() while true do end end) end",
        "while true do pcall(string.gsub, 'x', 'x', function() while true do end end) end",
        "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
        "local t = setmetatable({}, { __index = function() while true do end end }) return t.x",
        "local t = setmetatable({}, { __lt = function() while true do end end }) return t < t",
        "for k in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end",
        "for i in ipairs(setmetatable({}, { __index = function() while true do end end })) do end",
        "return table.move({}, 1, 1e15, 2)",
        "table.insert(setmetatable({}, { __len = function() return 1000000000000 end }), 1, 5)",
        "table.concat(setmetatable({}, { __len = function() return 1 << 40 end, __index = function() return '' end }))",
        "return ('a'):rep(100):find('.-.-.-.-b')", "return ('('):rep(60000):find('%b()')",
    ]

    static var stepLimits: LuaLimits {
        var limits = Running.generous
        limits.steps = 200_000
        return limits
    }

    @Test(arguments: endless)
    func endlessScriptRunsOutOfSteps(_ text: String) async throws {
        let failure = try #require(try await Running.failure(text, limits: Self.stepLimits))
        #expect(failure.code == "script.steps")
    }

    @Test func aScriptWithinItsStepsSucceeds() async throws {
        #expect(try await Running.chunk("for i = 1, 10000 do end return 1", limits: Self.stepLimits) == "1")
    }

    @Test(arguments: [
        "local t = {} for i = 1, 1e12 do t[i] = i end", "local s = ('x'):rep(1000) while true do s = s .. s end",
        "while true do pcall(function() local t = {} for i = 1, 1e12 do t[i] = i end end) end",
        "local function f() return 1 + f() end return f()", "return #string.pack('c2000000000', '')",
        "local t = {} for i = 1, 1e12 do t[i] = ('x'):rep(100000) .. i end",
    ])
    func hungryScriptRunsOutOfMemory(_ text: String) async throws {
        var limits = Running.generous
        limits.steps = .max / 2
        limits.memoryBytes = 4 << 20
        let failure = try #require(try await Running.failure(text, limits: limits))
        #expect(failure.code == "script.memory")
    }

    @Test func cpuTimeEndsACall() async throws {
        var limits = Running.generous
        limits.steps = .max / 2
        limits.cpu = .milliseconds(5)
        let failure = try #require(try await Running.failure("while true do end", limits: limits))
        #expect(failure.code == "script.cpu")
    }

    @Test func wallTimeEndsACallThatRuns() async throws {
        var limits = Running.generous
        limits.steps = .max / 2
        limits.wall = .milliseconds(20)
        let failure = try #require(try await Running.failure("while true do end", limits: limits))
        #expect(failure.code == "script.wall")
    }

    @Test func hostCallsAreCounted() async throws {
        var limits = Running.generous
        limits.hostCalls = 10
        let note = HostFunction.immediate("note") { _ in .value([]) }
        let allowed = "for i = 1, 10 do note() end return 1"
        #expect(try await Running.chunk(allowed, functions: [note], limits: limits) == "1")
        let failure = try await Running.failure(
            "for i = 1, 11 do pcall(note) end return 1", functions: [note], limits: limits)
        #expect(failure?.code == "script.hostCalls")
    }

    @Test(arguments: [
        ("while true do end", "took more than 30000 steps"),
        ("local s = 'x' while true do s = s .. s end", "needs a text or a table of more than 1048576 bytes"),
        ("local t = {} for i = 1, 9 do t[i] = ('x'):rep(100000) .. i end", "needs more than 800000 bytes of memory"),
        ("while true do note() end", "called the host more than 3 times"),
    ])
    func theMessageNamesTheLimit(_ text: String, _ message: String) async throws {
        var limits = Running.generous
        limits.steps = text.contains("rep") ? 10_000_000 : 30_000
        limits.memoryBytes = text.contains("rep") ? 800_000 : 32 << 20
        limits.hostCalls = 3
        let note = HostFunction.immediate("note") { _ in .value([]) }
        #expect(try await Running.failure(text, functions: [note], limits: limits)?.message == message)
    }

    @Test func theMessageNamesTheTime() async throws {
        var limits = Running.generous
        limits.steps = .max / 2
        limits.cpu = .microseconds(2_500)
        let cpu = try await Running.failure("while true do end", limits: limits)
        #expect(cpu?.message == "used more than 2.5 ms of CPU time")
        limits.cpu = .seconds(20)
        limits.wall = .milliseconds(20)
        #expect(try await Running.failure("while true do end", limits: limits)?.message == "took more than 20 ms")
    }

    @Test func largeResultsAreRefused() async throws {
        var limits = Running.generous
        limits.resultBytes = 100
        #expect(try await Running.failure("return ('x'):rep(99)", limits: limits)?.code == "script.result")
        #expect(try await Running.failure("return ('x'):rep(98)", limits: limits) == nil)
    }

    @Test func stepsAreTheSameForTheSameWork() async throws {
        let pool = LuaPool(program: try Running.program("local n = 0 for i = 1, 50000 do n = n + i end return n"))
        var seen: Set<UInt64> = []
        for _ in 0..<5 {
            let lease = try pool.lease()
            var call = LuaCall(entry: 0)
            call.mode = .chunk
            _ = try await lease.call(call)
            seen.insert(lease.used.steps / 100)
            lease.end()
        }
        #expect(seen.count == 1)
        #expect((950...1050).contains(seen.first ?? 0))
    }
}
