import LuaHost
import Synchronization
import Testing

@Suite struct WaitingTests {
    /// A function that waits until it is cancelled.
    static let forever = HostFunction.waiting("forever") { _ in
        await withTaskCancellationHandler {
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
        } onCancel: {
        }
        return .value([])
    }

    @Test func answersOfEveryKindReachTheScript() async throws {
        let functions: [HostFunction] = [
            .waiting("some") { _ in .value(Array(#"{"a":[1,null]}"#.utf8)) }, .waiting("nothing") { _ in .value([]) },
            .waiting("fails") { _ in .failure("no such user") }, .waiting("raises") { _ in .raise("bad argument") },
            .immediate("now") { .value($0) },
        ]
        let text = """
            local v, e = fails()
            local ok, message = pcall(raises)
            return { some(), select('#', nothing()), v == nil, e, ok, message, now(1, nil, { x = 2 }) }
            """
        let result = try await Running.chunk(text, functions: functions)
        #expect(result == #"[{"a":[1,null]},0,true,"no such user",false,"bad argument",[1,null,{"x":2}]]"#)
    }

    @Test(
        arguments: [
            ("now(tostring)", "now: argument[1] is a function"),
            ("now(1, { a = { tostring } })", "now: argument[2].a[1] is a function"),
            ("now({ [{}] = 1 })", "now: argument[1] is a key that is a table"), ("now('\\xff')", nil),
            ("now(string)", "now: argument[1] is a table with a metatable"), ("now(now)", nil), ("now(0/0)", nil),
            ("local t = {} t.t = t now(t)", nil),
        ] as [(String, String?)])
    func badArgumentsAreAnErrorInTheScript(_ text: String, _ message: String?) async throws {
        let called = Mutex(0)
        let now = HostFunction.immediate("now") { arguments in
            called.withLock { $0 += 1 }
            return .value(arguments)
        }
        let failure = try #require(try await Running.failure("pcall(now, {}) " + text, functions: [now]))
        #expect(failure.code == "script.error")
        if let message { #expect(failure.message == message) }
        #expect(called.withLock { $0 } == 1)
    }

    @Test func aWaitInsideAMetamethodThatALibraryCallsIsAnErrorThatSaysSo() async throws {
        let text = "return table.concat(setmetatable({}, { __len = function() return wait() end }))"
        let wait = HostFunction.waiting("wait") { _ in .value([]) }
        let failure = try #require(try await Running.failure(text, functions: [wait]))
        #expect(failure.message == "wait waits, which a metamethod that a library function calls cannot")
    }

    @Test(arguments: [
        ("local t = { 3, 1, 2 } table.sort(t, function(a, b) return ask(a) < ask(b) end) return t", "[1,2,3]"),
        ("return (('a1b2'):gsub('%d', function(d) return '<' .. ask(d) .. '>' end))", "\"a<1>b<2>\""),
        (
            "local m = { __lt = function(a, b) return ask(a[1]) > ask(b[1]) end } local t = {} "
                + "for i = 1, 3 do t[i] = setmetatable({ i }, m) end table.sort(t) return { t[1][1], t[3][1] }", "[3,1]"
        ),
    ])
    func orderAndReplacementFunctionsMayWait(_ text: String, _ expected: String) async throws {
        let ask = HostFunction.waiting("ask") { arguments in
            await Task.yield()
            return .value(Array(arguments.dropFirst().dropLast()))
        }
        #expect(try await Running.chunk(text, functions: [ask]) == expected)
    }

    @Test func wallTimeEndsAWait() async throws {
        var limits = Running.generous
        limits.wall = .milliseconds(20)
        let failure = try #require(
            try await Running.failure("pcall(forever)", functions: [Self.forever], limits: limits))
        #expect(failure.code == "script.wall")
    }

    @Test func cancellationClosesTheStateAndItsPlaceIsFree() async throws {
        let program = try Running.program(
            "return function(p) if p.wait then forever() end return 1 end",
            functions: [Self.forever])
        let pool = LuaPool(program: program, states: 1)
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            let lease = try pool.lease()
            _ = lease.start(LuaCall(entry: 0, arguments: [Running.json("wait", "true")]))
            signal.yield()
            let step = await lease.proceed()
            lease.end()
            return step
        }
        for await _ in waiting { break }
        #expect(throws: LuaFailure(code: "overloaded", message: "all 1 script states are in use")) { try pool.lease() }
        task.cancel()
        guard case .failed(let failure) = try await task.value else { Issue.record("it succeeded"); return }
        #expect(failure.code == "script.cancelled")
        #expect(pool.usage == (0, 0))
        #expect(try await pool.lease().call(LuaCall(entry: 0)).text == "1")
    }

    @Test func handlesGoThroughTheScriptUnread() async throws {
        let functions: [HostFunction] = [
            .immediate("secret") { .handle(kind: "secret", payload: Array($0.dropFirst().dropLast())) },
            .immediate("provider") { .handle(kind: "provider", payload: $0) }.takingHandles().curried(),
            .immediate("plain") { .value($0) },
        ]
        let text = "return { a = secret 'X', list = { provider 'github' { secret = secret 'Y' } } }"
        let result = try await Running.call(text, functions: functions) {
            $0.mode = .chunk
            $0.allowsHandles = true
        }
        #expect(result.text == #"{"a":{"@secret":"X"},"list":[{"@provider":["github",{"secret":{"@secret":"Y"}}]}]}"#)
        #expect(try await Running.failure(text, functions: functions)?.code == "value.handle")
        for use in [
            "secret 'X' .. ''", "#secret 'X'", "(secret 'X').x", "secret 'X' < secret 'X'", "plain(secret 'X')",
            "setmetatable(secret 'X', {})", "next(secret 'X')",
        ] {
            #expect(try await Running.failure("return \(use)", functions: functions) != nil, "\(use)")
        }
        let harmless = "local s = secret 'X' return { tostring(s), s == secret 'X', type(s), getmetatable(s) }"
        #expect(try await Running.chunk(harmless, functions: functions) == #"["host value",false,"userdata",false]"#)
    }

    @Test func aWholeResultThatIsAHandleSaysSo() async throws {
        let deny = HostFunction.immediate("deny") { .handle(kind: "deny", payload: Array($0.dropFirst().dropLast())) }
        let real = try await Running.call("return deny{ code = 'blocked' }", functions: [deny]) {
            $0.mode = .chunk
            $0.allowsHandles = true
        }
        #expect(real.kind == .handle("deny"))
        #expect(real.text == #"{"code":"blocked"}"#)
        await #expect(throws: LuaFailure.self) {
            try await Running.call("return { ['@deny'] = { code = 'blocked' } }", functions: [deny]) {
                $0.mode = .chunk
                $0.allowsHandles = true
            }
        }
    }

    @Test func aNameMayBeFunctionAndNamespace() async throws {
        for names in [["cache", "cache.shared"], ["cache.shared", "cache"]] {
            let functions = names.map { name in
                HostFunction.immediate(name) { .value(Array("[\"\(name)\",".utf8) + $0 + [UInt8(ascii: "]")]) }
            }
            let result = try await Running.chunk("return { cache(1), cache.shared(2) }", functions: functions)
            #expect(result == #"[["cache",[1]],["cache.shared",[2]]]"#)
        }
    }
}
