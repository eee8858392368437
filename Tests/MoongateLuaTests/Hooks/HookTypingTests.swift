import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct HookTypingTests {
    private func bench(_ hook: HookName, returning expression: String) throws -> HookBench {
        try HookBench([hook.rawValue: "return function(p) return \(expression) end"])
    }

    @Test(
        arguments: [
            (.signIn, "true", true), (.signIn, "false", false), (.signIn, "'/in'", "/in"),
            (.redirect, "'/in'", "/in"), (.jwt, "{ a = 1 }", ["a": 1]), (.session, "{}", [:]),
            (.authorize, "{ id = '1' }", ["id": "1"]),
        ] as [(HookName, String, JSONValue)])
    func rightTypeIsTaken(hook: HookName, expression: String, value: JSONValue) async throws {
        #expect(try await bench(hook, returning: expression).run(hook, []).json == value)
    }

    @Test(arguments: [HookName.redirect, .jwt, .authorize])
    func nilMeansSomething(hook: HookName) async throws {
        #expect(try await bench(hook, returning: "nil").run(hook, []).isNull)
    }

    @Test(
        arguments: [
            (.signIn, "nil"), (.signIn, "1"), (.signIn, "{}"), (.signIn, "{ code = 'blocked' }"), (.redirect, "true"),
            (.redirect, "{}"), (.jwt, "true"), (.jwt, "'x'"), (.jwt, "{ 1, 2 }"), (.session, "nil"), (.session, "'x'"),
            (.authorize, "true"), (.authorize, "'1'"), (.authorize, "{ id = '1', verdict = deny{} }"),
            (.redirect, "deny{}"), (.session, "deny{}"), (.jwt, "deny{}"),
        ] as [(HookName, String)])
    func wrongTypeIsAFailureThatNamesTheFile(hook: HookName, expression: String) async throws {
        let failure = try await bench(hook, returning: expression).failure(hook)
        #expect(failure?.script == "scripts/\(hook.rawValue).lua")
        #expect(failure?.code == "hook.type" || failure?.code == "value.handle")
    }

    @Test(arguments: [HookName.signIn, .redirect, .jwt, .session, .authorize])
    func hookThatReturnsNothingIsAFailure(hook: HookName) async throws {
        #expect(try await bench(hook, returning: "").failure(hook)?.code == "hook.noReturn")
    }

    @Test(arguments: [HookName.signIn, .authorize])
    func verdictOfTheHostRefuses(hook: HookName) async throws {
        let result = try await bench(hook, returning: "deny{ code = 'blocked', message = 'why' }").run(hook, [])
        guard case .denied(let code, let message) = result else {
            Issue.record("no denial")
            return
        }
        #expect(code == "blocked")
        #expect(message == "why")
    }

    @Test func verdictWithoutACodeIsCalledDenied() async throws {
        #expect(try await bench(.signIn, returning: "deny{}").run(.signIn, []).denial == "denied")
        #expect(try await bench(.signIn, returning: "deny()").run(.signIn, []).denial == "denied")
    }

    @Test(arguments: [
        "'x'", "{ code = 'a b' }", "{ code = 1 }", "{ codes = 'x' }", "{ code = '' }", "{ message = {} }",
    ])
    func verdictThatIsMisspeltIsAFailure(argument: String) async throws {
        let failure = try await bench(.signIn, returning: "deny(\(argument))").failure(.signIn)
        #expect(failure?.code == "script.error")
        #expect(failure?.line == 1)
    }
}
