import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct PluginChainTests {
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    private func append(_ name: String) -> String {
        "return { jwt = function(p) p.token.trace = (p.token.trace or '') .. '\(name)' return p.token end }"
    }

    @Test func pluginsRunInTheOrderOfTheConfigurationAndTheSiteLast() async throws {
        try bench.add("a", main: append("a"))
        try bench.add("b", main: append("b"))
        try bench.script("jwt", "return function(p) p.token.trace = p.token.trace .. 's' return p.token end")
        #expect(try await bench.runner(["b", "a"]).chained([:]) == ["trace": "bas"])
        #expect(try await bench.runner(["a", "b"]).chained([:]) == ["trace": "abs"])
        #expect(
            try await bench.runner(["b", "a"]).chain(.jwt).map(\.file) == [
                "plugins/b/init.lua", "plugins/a/init.lua", "scripts/jwt.lua",
            ])
    }

    @Test func referencesSayWhoseTheyAre() async throws {
        try bench.add("a")
        try bench.script("jwt", "return function(p) return p.token end")
        try bench.script("session", "return function(p) return p.session end")
        let runner = try await bench.runner(["a"])
        #expect(runner.chain(.jwt).map(\.owner) == [0, 1])
        #expect(runner.chain(.session).map(\.owner) == [1])
    }

    /// B looks at its arguments byte by byte; A does to them what it can.
    static let mischief = [
        "return { jwt = function(p) p.user.email = 'evil' return p.token end }",
        "return { jwt = function(p) p.user.self = p.user return p.token end }",
        "return { jwt = function(p) setmetatable(p.user, { __index = function() return 'x' end }) return p.token end }",
        "return { jwt = function(p) for k in pairs(p.user) do p.user[k] = nil end return p.token end }",
        "local kept\nreturn { jwt = function(p) kept = p kept.user.email = 'late' return p.token end }",
        "return { jwt = function(p) p.token = nil p.user = nil p.extra = 1 return {} end }",
        "return { jwt = function(p) p.user.roles[#p.user.roles + 1] = 'admin' return p.token end }",
    ]

    @Test(arguments: mischief) func nothingButTheReturnValueGoesOn(_ main: String) async throws {
        try bench.add("a", main: main)
        try bench.add("b", main: "return { jwt = function(p) return { seen = json.encode(p.user) } end }")
        let user: JSONValue = ["email": "ada@example.com", "roles": ["staff"], "id": "7"]
        for entries: [JSONValue] in [["a", "b"], ["b"]] {
            let runner = try await bench.runner(entries)
            let lease = try runner.lease()
            defer { lease.end() }
            var seen: JSONValue?
            for hook in runner.chain(.jwt) {
                let call = HookCall([
                    .init("token", .json(Array("{}".utf8))), .init("user", .json(user.canonicalBytes())),
                ])
                seen = try await lease.finish(hook, call).json
            }
            #expect(seen == ["seen": .string(String(decoding: user.canonicalBytes(), as: UTF8.self))])
        }
    }

    @Test func pluginHasItsOwnLibrariesAndNobodyElses() async throws {
        try bench.add(
            "a", main: "local x = require 'x'\nreturn { jwt = function(p) p.token.a = x return p.token end }",
            ["lib/x.lua": "return 'of a'"])
        try bench.add(
            "b", main: "local x = require 'x'\nreturn { jwt = function(p) p.token.b = x return p.token end }",
            ["lib/x.lua": "return 'of b'"])
        #expect(try await bench.runner(["a", "b"]).chained([:]) == ["a": "of a", "b": "of b"])
        try bench.add("c", main: "require 'x'\nreturn { jwt = function(p) return p.token end }")
        #expect(await bench.runnerFailures(["a", "c"]).first?.hasPrefix("plugins/c/init.lua:1: ") == true)
    }

    @Test func settingsAreAGlobalThatCannotBeChanged() async throws {
        try bench.add(
            "a", manifest: PluginBench.manifest("a", "config = { roles = { type = 'map', items = 'string' } }"),
            main: "return { jwt = function(p) p.token.role = config.roles[p.token.sub] return p.token end }")
        let entry: JSONValue = ["id": "a", "roles": ["7": "admin"]]
        #expect(try await bench.runner([entry]).chained(["sub": "7"]) == ["sub": "7", "role": "admin"])
        try bench.add(
            "b", manifest: PluginBench.manifest("b", "config = { roles = { type = 'map', items = 'string' } }"),
            main: "return { jwt = function(p) config.roles.x = 'admin' return p.token end }")
        let other: JSONValue = ["id": "b", "roles": ["7": "admin"]]
        await #expect(throws: ScriptFailure.self) { try await bench.runner([other]).chained([:]) }
    }

    @Test func secretSettingIsAHandleThatFunctionsTake() async throws {
        try bench.add(
            "a", manifest: PluginBench.manifest("a", "config = { key = { type = 'secret' } }"),
            main: "return { jwt = function(p) p.token.mac = crypto.hmac(config.key, 'x') return p.token end }")
        let entry: JSONValue = ["id": "a", "key": ["@secret": "KEY"]]
        let token = try await bench.runner([entry], environment: ["KEY": "hush"]).chained([:])
        #expect(token?["mac"]?.stringValue?.count == 64)
        try bench.add(
            "b", manifest: PluginBench.manifest("b", "config = { key = { type = 'secret' } }"),
            main: "return { jwt = function(p) p.token.leak = 'x' .. tostring(config.key) return p.token end }")
        let other: JSONValue = ["id": "b", "key": ["@secret": "KEY"]]
        let leak = try? await bench.runner([other], environment: ["KEY": "hush"]).chained([:])
        #expect(leak?["leak"]?.stringValue?.contains("hush") != true)
    }

    @Test func dataLibraryIsReadAndNotChanged() async throws {
        let main =
            "local r = require 'roles.data'\nreturn { jwt = function(p) p.token.role = r.first return p.token end }"
        try bench.add("a", main: main, ["lib/roles.data.lua": "return { first = 'admin' }"])
        #expect(try await bench.runner(["a"]).chained([:]) == ["role": "admin"])
    }

    @Test func permissionOfOneIsAbsentInAnother() async throws {
        let main = "return { jwt = function(p) p.token.kv = type(kv) return p.token end }"
        try bench.add("with", manifest: PluginBench.manifest("with", "needs = { kv = true }"), main: main)
        try bench.add("without", main: main)
        let error = await #expect(throws: ScriptFailure.self) { try await bench.runner(["without"]).chained([:]) }
        #expect(error?.message.contains("kv") == true)
    }

    @Test func pluginThatBreaksFailsTheCallAndItsDoorStaysShut() async throws {
        try bench.add("a", main: "return { jwt = function(p) error('broken') end }")
        try bench.script("jwt", "return function(p) return p.token end")
        let error = await #expect(throws: ScriptFailure.self) { try await bench.runner(["a"]).chained([:]) }
        #expect(error?.code == "script.error")
        #expect(error?.script == "plugins/a/init.lua")
    }

    @Test func budgetIsThePlugins() async throws {
        let main = "return { jwt = function(p) for i = 1, 600 do local x = i * 2 end return p.token end }"
        try bench.add("small", manifest: PluginBench.manifest("small", "limits = { steps = 1000 }"), main: main)
        try bench.add("large", main: main)
        let error = await #expect(throws: ScriptFailure.self) { try await bench.runner(["small"]).chained([:]) }
        #expect(error?.code == "script.steps")
        #expect(try await bench.runner(["large"]).chained([:]) == [:])
    }

    @Test func logSaysWhichPluginSpoke() async throws {
        try bench.add("a", main: "return { jwt = function(p) log.info('here') return p.token end }")
        _ = try await bench.runner(["a"]).chained([:])
        #expect(bench.log.entries.last?.metadata["script"] == "plugins/a/init.lua")
    }
}

@Suite struct PluginHooksTests {
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    @Test func declaredAndReturnedHooksMustAgree() async throws {
        try bench.add(
            "a", manifest: PluginBench.manifest("a", hooks: ["jwt", "signIn"]),
            main: "return { jwt = function(p) return p.token end, session = function(p) return p.session end, jwd = 1 }"
        )
        #expect(
            await bench.runnerFailures(["a"]) == [
                "plugins/a/init.lua:1: jwd: there is no such hook; did you mean `jwt`? (plugin.hooks)",
                "plugins/a/init.lua:1: returns `session`, which plugin.lua does not declare in `hooks` (plugin.hooks)",
                "plugins/a/init.lua:1: plugin.lua declares `signIn`, and it is not returned (plugin.hooks)",
            ])
    }

    @Test(arguments: [("return 7", ":1"), ("\nreturn function() end", ":2"), ("local x = 1", "")])
    func initThatReturnsNoTableIsRefused(_ main: String, _ line: String) async throws {
        try bench.add("a", main: main)
        #expect(
            await bench.runnerFailures(["a"]) == [
                "plugins/a/init.lua\(line): must return a table of hooks: `return { jwt = function(p) … end }` (hook.notFunction)"
            ])
    }

    @Test func hookThatIsNoFunctionIsRefused() async throws {
        try bench.add("a", main: "return { jwt = 'x' }")
        #expect(
            await bench.runnerFailures(["a"]) == ["plugins/a/init.lua:1: jwt: must be a function (hook.notFunction)"])
    }

    @Test func mistakesOfAllOwnersAreReportedAtOnce() async throws {
        try bench.add("a", main: "error('at the top')")
        try bench.add("b", main: "return {")
        try bench.script("jwt", "return 1")
        let files = await bench.runnerFailures(["a", "b"]).map { $0.prefix { $0 != ":" } }
        #expect(files == ["plugins/a/init.lua", "plugins/b/init.lua", "scripts/jwt.lua"])
    }

    @Test func eventsGoToWhoListens() async throws {
        try bench.add(
            "a", manifest: PluginBench.manifest("a", hooks: ["events"]),
            main:
                "return { events = { signIn = function(e) log.info('a ' .. e.user.id) end, signOut = function() end } }"
        )
        try bench.script("events", "return { signIn = function(e) log.info('site ' .. e.user.id) end }")
        let runner = try await bench.runner(["a"])
        #expect(runner.eventChain("signIn").map(\.file) == ["plugins/a/init.lua", "scripts/events.lua"])
        #expect(runner.eventChain("signOut").map(\.file) == ["plugins/a/init.lua"])
        #expect(runner.eventChain("session").isEmpty)
        let lease = try runner.lease()
        defer { lease.end() }
        for hook in runner.eventChain("signIn") {
            let user = HookCall.Argument("user", .json(Array(#"{"id":"7"}"#.utf8)))
            guard case .nothing = try await lease.finish(hook, HookCall([user], allowsNoValue: true)) else {
                Issue.record("an event returned something")
                continue
            }
        }
        #expect(bench.log.entries.map(\.message) == ["a 7", "site 7"])
    }

    @Test func unknownEventNamesTheNearest() async throws {
        try bench.script("events", "return { signin = function(e) end, signOut = 1 }")
        #expect(
            await bench.runnerFailures([]) == [
                "scripts/events.lua:1: signOut: must be a function (hook.notFunction)",
                "scripts/events.lua:1: signin: there is no such event; did you mean `signIn`? (hook.unknownEvent)",
            ])
    }

    @Test func listenerThatFailsDoesNotSilenceTheNext() async throws {
        try bench.add(
            "a", manifest: PluginBench.manifest("a", hooks: ["events"]),
            main: "return { events = { signIn = function(e) error('no') end } }")
        try bench.add(
            "b", manifest: PluginBench.manifest("b", hooks: ["events"]),
            main: "return { events = { signIn = function(e) log.info('b') end } }")
        let runner = try await bench.runner(["a", "b"])
        let lease = try runner.lease()
        defer { lease.end() }
        let chain = runner.eventChain("signIn")
        await #expect(throws: ScriptFailure.self) {
            try await lease.finish(chain[0], HookCall([], allowsNoValue: true))
        }
        _ = try await lease.finish(chain[1], HookCall([], allowsNoValue: true))
        #expect(bench.log.entries.map(\.message) == ["b"])
    }
}
