import Logging
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

/// `events.lua`: a table of functions, each found by the name of its event.
@Suite struct EventScriptTests {
    private let log = LogRecorder()

    private func runner(_ events: String) async throws -> LuaHookRunner {
        let folder = try TemporaryFolder()
        try folder.write("events.lua", events)
        let log = log
        let services = HostServices(clock: StoppedClock(), logger: Logger(label: "test") { _ in log })
        return try await LuaHookRunner.load([OwnedScripts(site: ScriptSet.load(folder.path))], services: services)
    }

    private func tell(_ event: String, _ events: String, _ members: [String: JSONValue] = [:]) async throws
        -> HookResult
    {
        let runner = try await runner(events)
        let lease = try runner.lease()
        defer { lease.end() }
        return try await lease.finish(
            try #require(runner.eventChain(event).first), try HookInput.call(event: event, members, seesTokens: true))
    }

    private func failure(_ event: String, _ events: String) async -> ScriptFailure? {
        do {
            _ = try await tell(event, events)
            return nil
        } catch { return error as? ScriptFailure }
    }

    @Test func eventGoesToItsFunctionAlone() async throws {
        let runner = try await runner("return { signIn = function() end, session = function() end }")
        #expect(AuthEvent.Name.allCases.filter { !runner.eventChain($0.rawValue).isEmpty } == [.signIn, .session])
        #expect(runner.eventChain("signIn") != runner.eventChain("session"))
    }

    @Test(arguments: [false, true])
    func listenerSeesTokensWhereItsOwnerMay(_ mayTokens: Bool) async throws {
        let folder = try TemporaryFolder()
        try folder.write("events.lua", "return { signIn = function() end }")
        var needs = ScriptNeeds()
        needs.providerTokens = mayTokens
        let owner = try OwnedScripts(site: ScriptSet.load(folder.path), needs: needs)
        let services = HostServices(clock: StoppedClock(), logger: Logger(label: "test"))
        let runner = try await LuaHookRunner.load([owner], services: services)
        #expect(runner.eventChain("signIn").map(\.seesTokens) == [mayTokens])
    }

    @Test(arguments: [false, true])
    func whoTellsOneByHandIsShownWhatTheServerShows(_ seesTokens: Bool) throws {
        let members: [String: JSONValue] = ["account": ["provider": "corp", "access_token": "a-secret"]]
        let call = try HookInput.call(event: "signIn", members, seesTokens: seesTokens)
        guard case .json(let account)? = call.arguments.first(where: { $0.name.description == "account" })?.value else {
            return #expect(Bool(false), "no account")
        }
        #expect(String(decoding: account, as: UTF8.self).contains("a-secret") == seesTokens)
    }

    @Test func functionIsGivenTheEvent() async throws {
        let script = "return { signOut = function(e) log.info(e.token.sub .. ' ' .. e.request.ip) end }"
        let members: [String: JSONValue] = ["token": ["sub": "7"], "request": ["id": "r", "ip": "192.0.2.7"]]
        guard case .nothing = try await tell("signOut", script, members) else {
            return #expect(Bool(false), "an event returned something")
        }
        #expect(log.entries.map(\.message) == ["7 192.0.2.7"])
    }

    @Test func functionMayReturnNil() async throws {
        #expect(try await tell("signIn", "return { signIn = function() return nil end }").isNull)
    }

    @Test(arguments: [
        ("true", "hook.type"), ("'x'", "hook.type"), ("{}", "hook.type"), ("1", "hook.type"),
        ("deny{}", "value.handle"),
    ])
    func functionThatReturnsSomethingIsWrong(_ value: String, _ code: String) async {
        let failure = await failure("signIn", "return { signIn = function() return \(value) end }")
        #expect(failure?.code == code && failure?.script == "scripts/events.lua")
    }

    @Test func functionThatReturnsSomethingIsNamed() async {
        let failure = await failure("signIn", "return { signIn = function() return true end }")
        #expect(failure?.message == "the listener `signIn` must return nothing, not a boolean")
    }

    @Test func failureSaysWhere() async {
        let failure = await failure("signIn", "return {\n  signIn = function()\n    error('broken')\n  end,\n}")
        #expect(failure?.code == "script.error" && failure?.line == 3)
        #expect(failure?.script == "scripts/events.lua")
    }

    @Test(arguments: [
        ("return { signin = function() end }", "hook.unknownEvent"), ("return { signIn = 1 }", "hook.notFunction"),
        ("return function() end", "hook.notFunction"), ("return", "hook.notFunction"),
    ])
    func fileThatIsNoTableOfListenersIsRefused(_ script: String, _ code: String) async {
        let error = await #expect(throws: ScriptSetError.self) { try await runner(script) }
        #expect(error?.failures.map(\.code) == [code])
    }

    @Test func eventThatIsNoneHasItsLine() async {
        let error = await #expect(throws: ScriptSetError.self) {
            try await runner("return {\n  signOut = function(e) end,\n  signin = function(e) end,\n}")
        }
        #expect(error?.failures.map(\.line) == [3])
    }

    @Test func nothingOutlivesAnEvent() async throws {
        let script = "local n = 0 return { signIn = function() n = n + 1 log.info(tostring(n)) end }"
        let runner = try await runner(script)
        for _ in 0..<3 {
            let lease = try runner.lease()
            _ = try await lease.finish(
                try #require(runner.eventChain("signIn").first),
                try HookInput.call(event: "signIn", [:], seesTokens: true))
            lease.end()
        }
        #expect(log.entries.map(\.message) == ["1", "1", "1"])
    }
}
