import Foundation
import Logging
import LuaHost
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite struct HostFunctionTests {
    private func value(_ expression: String) async throws -> JSONValue? {
        let bench = try HookBench([
            "jwt": "return function(p) local v, why = \(expression) return { v = v, why = why } end"
        ])
        return try await bench.run(.jwt, []).json
    }

    @Test func timeIsWholeSeconds() async throws {
        #expect(try await value("time.now()") == ["v": 1_700_000_000])
    }

    @Test func jsonIsWrittenWithSortedKeys() async throws {
        #expect(try await value("json.encode({ b = 1, a = { true, 'x' } })") == ["v": "{\"a\":[true,\"x\"],\"b\":1}"])
    }

    @Test func jsonIsReadStrictly() async throws {
        #expect(try await value("json.decode('{\"a\": [1]}')") == ["v": ["a": [1]]])
        let refused = try await value("json.decode('{\"a\":1,\"a\":2}')")
        #expect(refused?["v"] == nil)
        #expect(refused?["why"]?.stringValue?.isEmpty == false)
    }

    @Test func logHasLevelFieldsAndScript() async throws {
        let bench = try HookBench([
            "jwt": """
            return function(p)
              log.debug("not kept")
              log.warn("seen", { user = "a", count = 2 })
              return p.token
            end
            """
        ])
        _ = try await bench.run(.jwt, [("token", [:])])
        let entries = bench.log.entries
        #expect(entries.map(\.message) == ["seen"])
        #expect(entries.first?.level == .warning)
        #expect(entries.first?.metadata == ["user": "a", "count": "2", "script": "scripts/jwt.lua"])
    }

    @Test func scriptCannotLogUnderAnotherName() async throws {
        let bench = try HookBench(["jwt": "return function(p) log.info('x', { script = 'other' }) return p.token end"])
        _ = try await bench.run(.jwt, [("token", [:])])
        #expect(bench.log.entries.first?.metadata["script"] == "scripts/jwt.lua")
    }

    @Test(arguments: [
        "log.info()", "log.info(1)", "log.info('x', 1)", "log.info('x', {1})", "json.encode()", "json.decode(1)",
    ])
    func misuseIsAnErrorWithItsLine(call: String) async throws {
        let bench = try HookBench(["jwt": "return function(p)\n  \(call)\n  return p.token\nend"])
        let failure = await bench.failure(.jwt, [("token", [:])])
        #expect(failure?.code == "script.error")
        #expect(failure?.line == 2)
    }

    /// Everything an owner can be permitted.
    private static var everything: ScriptNeeds {
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "a.example")]
        needs.secrets = ["A"]
        needs.env = ["B"]
        needs.kv = true
        needs.users = true
        needs.sharedCache = true
        return needs
    }

    private struct NoNetwork: HTTPFetcher {
        func fetch(_ request: FetchRequest) async throws -> FetchResponse { throw FetchError(.unreachable, "") }
    }

    @Test(arguments: ["env", "secret", "provider", "http", "kv", "users", "os", "io"])
    func hookHasNoFunctionOfAnotherPlace(name: String) async throws {
        let bench = try HookBench(["jwt": "return function(p) return { v = \(name) } end"])
        #expect(await bench.failure(.jwt)?.code == "script.error")
    }

    @Test func metaFileDeclaresWhatExistsAndNothingElse() throws {
        let text = try String(contentsOfFile: "\(packageFolder())/docs/lua/moongate.lua", encoding: .utf8)
        let declared = text.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: #/function ([\w.]+)\(.*/#).map { String($0.1) }
        }
        var services = HostServices(clock: StoppedClock(), logger: Logger(label: "test"))
        services.http = NoNetwork()
        let owner = ScriptOwner(id: ScriptOwner.site, needs: Self.everything, limits: ScriptLimits())
        let registered =
            HostFunction.forHooks(owner, services)
            + HostFunction.forConfiguration(DictionarySecretSource())
            + HostFunction.forSpecs(SpecWorld(addresses: nil), fixtures: [:])
            + HostFunction.hooks(SpecHookSource(try HookBench([:]).runner))
        // Lua's side has one of its own, which needs no host, and specs have words that are Lua.
        #expect(Set(declared) == Set(registered.map(\.name) + ["json.array"] + SpecLibrary.words))
    }
}
