import LuaHost
import Synchronization
import Testing

/// Keeps what became of tickets, in order.
private final class Outcomes: Sendable {
    private let all = Mutex<[String]>([])
    var list: [String] { all.withLock { $0 } }
    func add(_ text: String) { all.withLock { $0.append(text) } }
}

private final class Ticket: FillTicket {
    private let outcomes: Outcomes
    private let stale: HostAnswer?
    private let told = Atomic(false)

    init(_ outcomes: Outcomes, stale: HostAnswer? = nil) {
        self.outcomes = outcomes
        self.stale = stale
    }

    deinit { if !told.load(ordering: .relaxed) { outcomes.add("let go") } }

    func finish(_ outcome: FillOutcome) -> HostAnswer {
        told.store(true, ordering: .relaxed)
        switch outcome {
        case .value(let document):
            outcomes.add("value " + String(decoding: document, as: UTF8.self))
            return .value(document)
        case .failure(let reason): outcomes.add("failure " + String(decoding: reason, as: UTF8.self))
        case .error: outcomes.add("error")
        case .unfit: outcomes.add("unfit")
        }
        return stale ?? .failure("")
    }
}

@Suite struct FillingTests {
    private let outcomes = Outcomes()

    private func filling(stale: HostAnswer? = nil, waits: Bool = false) -> [HostFunction] {
        let outcomes = outcomes
        return [
            .filling("fill") { _, _ in
                waits ? .wait : .fill(Ticket(outcomes, stale: stale))
            } wait: { _, _ in
                await Task.yield()
                return .fill(Ticket(outcomes, stale: stale))
            },
            .waiting("pause") { _ in
                await Task.yield()
                return .value(Array("7".utf8))
            },
            WaitingTests.forever,
        ]
    }

    @Test(arguments: [false, true]) func functionMakesTheValue(waits: Bool) async throws {
        let result = try await Running.chunk(
            "return { fill('k', 1, function(...) return { n = 1, none = select('#', ...) } end) }",
            functions: filling(waits: waits))
        #expect(result == #"[{"n":1,"none":0}]"#)
        #expect(outcomes.list == [#"value {"n":1,"none":0}"#])
    }

    @Test func functionMayWait() async throws {
        let result = try await Running.chunk(
            "return { fill('k', 1, function() return pause() + 1 end) }", functions: filling())
        #expect(result == "[8]")
        #expect(outcomes.list == ["value 8"])
    }

    @Test func argumentsArriveWithoutTheFunction() async throws {
        let fill = HostFunction.filling("fill") { arguments, _ in
            .answer(.value(arguments))
        } wait: { _, _ in
            .answer(.value([]))
        }
        let result = try await Running.chunk(
            "return fill('k', 60, function() end, { a = 1 })", functions: [fill])
        #expect(result == #"["k",60,null,{"a":1}]"#)
    }

    @Test func aFunctionThatReturnsNothingMakesNull() async throws {
        let result = try await Running.chunk(
            "return { fill('k', 1, function() end) == nil, select('#', fill('k', 1, function() return nil end)) }",
            functions: filling())
        #expect(result == "[true,1]")
        #expect(outcomes.list == ["value null", "value null"])
    }

    @Test func failureStaysTheCallersOwn() async throws {
        let text = """
            local v, why = fill('k', 1, function() return nil, 'down' end)
            local w, what = fill('k', 1, function() return nil, setmetatable({ code = 4 }, {}) end)
            return { v == nil, why, what.code }
            """
        #expect(try await Running.chunk(text, functions: filling()) == #"[true,"down",4]"#)
        #expect(outcomes.list == [#"failure "down""#, "failure null"])
    }

    @Test func errorKeepsItsMessageAndItsLine() async throws {
        let failure = try #require(
            try await Running.failure("fill('k', 1, function()\n  error('broken')\nend)", functions: filling()))
        #expect(failure.message == "broken")
        #expect(failure.line == 2)
        #expect(outcomes.list == ["error"])
    }

    @Test func errorThatIsATableArrivesAsItIs() async throws {
        let text = """
            local t = {}
            local ok, e = pcall(fill, 'k', 1, function() error(t) end)
            return { ok, e == t }
            """
        #expect(try await Running.chunk(text, functions: filling()) == "[false,true]")
    }

    @Test(arguments: ["return nil, 'down'", "error('broken')"])
    func valueTakesAFailuresPlace(body: String) async throws {
        let result = try await Running.chunk(
            "return { fill('k', 1, function() \(body) end) }", functions: filling(stale: .value(Array("5".utf8))))
        #expect(result == "[5]")
    }

    @Test(arguments: ["function() end", "{ 1, a = 2 }", "setmetatable({}, {})"])
    func valueThatCannotBeKeptIsAnErrorWhateverWasKeptBefore(value: String) async throws {
        let failure = try #require(
            try await Running.failure(
                "fill('k', 1, function() return { x = \(value) } end)",
                functions: filling(stale: .value(Array("5".utf8)))))
        #expect(failure.message.hasPrefix("fill: value.x is "))
        #expect(outcomes.list == ["unfit"])
    }

    @Test func breachInsideLetsTheTicketGo() async throws {
        var limits = Running.generous
        limits.steps = 20_000
        let failure = try await Running.failure(
            "pcall(fill, 'k', 1, function() while true do end end)", functions: filling(), limits: limits)
        #expect(failure?.code == "script.steps")
        #expect(outcomes.list == ["let go"])
    }

    @Test func breachInsideAComparatorCannotBeCaught() async throws {
        var limits = Running.generous
        limits.steps = 20_000
        let failure = try await Running.failure(
            "fill('k', 1, function() pcall(table.sort, { 2, 1 }, function() while true do end end) end)",
            functions: filling(), limits: limits)
        #expect(failure?.code == "script.steps")
        #expect(outcomes.list == ["let go"])
    }

    @Test func wallTimeInsideLetsTheTicketGo() async throws {
        var limits = Running.generous
        limits.wall = .milliseconds(20)
        let failure = try await Running.failure(
            "fill('k', 1, function() forever() end)", functions: filling(), limits: limits)
        #expect(failure?.code == "script.wall")
        #expect(outcomes.list == ["let go"])
    }

    @Test func aCallThatIsGivenUpLetsTheTicketGo() async throws {
        let pool = LuaPool(
            program: try Running.program("fill('k', 1, function() forever() end)", functions: filling()))
        let lease = try pool.lease()
        var call = LuaCall(entry: 0)
        call.mode = .chunk
        _ = lease.start(call)
        #expect(outcomes.list == [])
        lease.end()
        #expect(outcomes.list == ["let go"])
    }

    @Test func aTicketThatComesTooLateIsLetGo() async throws {
        let outcomes = outcomes
        let late = HostFunction.filling("fill") { _, _ in
            .wait
        } wait: { _, _ in
            try? await Task.sleep(for: .seconds(60))
            return .fill(Ticket(outcomes))
        }
        var limits = Running.generous
        limits.wall = .milliseconds(20)
        let failure = try await Running.failure("fill('k', 1, function() end)", functions: [late], limits: limits)
        #expect(failure?.code == "script.wall")
        #expect(outcomes.list == ["let go"])
    }

    @Test func fillingsNest() async throws {
        let result = try await Running.chunk(
            """
            return { fill('a', 1, function()
              local inner = fill('b', 1, function() return pause() end)
              local ok = pcall(fill, 'c', 1, function() error('x') end)
              return { inner, ok }
            end) }
            """, functions: filling())
        #expect(result == "[[7,false]]")
        #expect(outcomes.list == ["value 7", "error", "value [7,false]"])
    }

    @Test func nestingWithoutEndIsAnErrorAndLeavesNothingHeld() async throws {
        let text = """
            local depth = 0
            local function deep() depth = depth + 1 return fill('k', 1, deep) end
            local ok, why = pcall(deep)
            return { ok, why:match('overflow') }
            """
        #expect(try await Running.chunk(text, functions: filling()) == #"[false,"overflow"]"#)
        #expect(outcomes.list.count > 50)
        #expect(outcomes.list.allSatisfy { $0 == "error" })
    }

    @Test func oneCallHasOneNumberAndTheNextHasAnother() async throws {
        let numbers = Mutex<[UInt64]>([])
        let fill = HostFunction.filling("fill") { _, call in
            numbers.withLock { $0.append(call) }
            return .wait
        } wait: { _, call in
            numbers.withLock { $0.append(call) }
            return .answer(.value([]))
        }
        let program = try Running.program("fill('k', 1, tostring) return 1", functions: [fill])
        let lease = try LuaPool(program: program).lease()
        var call = LuaCall(entry: 0)
        call.mode = .chunk
        for _ in 0..<2 { _ = try await lease.call(call) }
        let seen = numbers.withLock { $0 }
        #expect(seen.count == 4)
        #expect(seen[0] == seen[1] && seen[2] == seen[3] && seen[0] != seen[2])
    }

    @Test(arguments: ["fill('k', 1)", "fill('k', 1, {})", "fill('k', 1, tostring, nil, 1)", "fill()"])
    func misuseIsAnErrorThatSaysWhatItTakes(call: String) async throws {
        let failure = try #require(try await Running.failure(call, functions: filling()))
        #expect(failure.message == "fill takes a key, seconds, a function that makes the value, and options")
        #expect(outcomes.list == [])
    }
}
