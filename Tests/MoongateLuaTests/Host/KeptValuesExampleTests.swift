import Foundation
import HTTPTypes
import Logging
import Moongate
import MoongateTokens
import Synchronization
import Testing

@testable import MoongateLua

/// The examples of docs/scripting.md, section "Values that outlive a call", do what they say.
@Suite struct KeptValuesExampleTests {
    private final class Network: HTTPFetcher {
        private let state = Mutex((asked: 0, status: 200))
        var asked: Int { state.withLock(\.asked) }
        func answer(_ status: Int) { state.withLock { $0.status = status } }

        func fetch(_ request: FetchRequest) async throws -> FetchResponse {
            let status = state.withLock { state in
                state.asked += 1
                return state.status
            }
            return FetchResponse(
                status: status, headers: [.contentType: "application/json"], body: Array(#"["staff"]"#.utf8))
        }

        func destination(of url: String, relativeTo base: String?) throws -> FetchDestination {
            try sharedFetcher.get().destination(of: url, relativeTo: base)
        }
    }

    private let clock = MovingClock()

    private func runner(
        _ hook: HookName, _ change: (inout HostServices) -> Void = { _ in }
    ) async throws -> LuaHookRunner {
        let text = try String(contentsOfFile: "\(packageFolder())/docs/scripting.md", encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## Values that outlive a call\n").last)
        let blocks = section.components(separatedBy: "```lua\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        let folder = try TemporaryFolder()
        let name = "\(hook.rawValue).lua"
        try folder.write(name, try #require(blocks.first { $0.hasPrefix("-- scripts/\(name)") }))
        var needs = ScriptNeeds.caching
        needs.http = [HTTPHostPermission(host: "hr.internal")]
        var services = HostServices(clock: clock, logger: Logger(label: "test") { _ in LogRecorder() })
        services.keyValues = InMemoryKeyValueStore()
        change(&services)
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path), needs: needs, limits: ScriptLimits())
        return try await LuaHookRunner.load([owner], services: services)
    }

    private func run(
        _ runner: LuaHookRunner, _ hook: HookName, _ arguments: [(StaticString, JSONValue)], subject: String
    ) async throws -> JSONValue? {
        let lease = try runner.lease()
        defer { lease.end() }
        let arguments = arguments.map { HookCall.Argument($0, .json($1.canonicalBytes())) }
        return try await lease.finish(runner.chain(hook)[0], HookCall(arguments, subject: .id(subject))).json
    }

    @Test func signInsAreCountedForEachUserAndReadsAreNot() async throws {
        let runner = try await runner(.jwt)
        func signIn(_ subject: String) async throws -> JSONValue? {
            try await run(runner, .jwt, [("token", ["sub": .string(subject)]), ("user", [:])], subject: subject)
        }
        #expect(try await signIn("ada")?["signIns"] == 1)
        #expect(try await signIn("ada")?["signIns"] == 2)
        #expect(try await signIn("bob")?["signIns"] == 1)
        let read = try await run(runner, .jwt, [("token", ["sub": "ada", "signIns": 2])], subject: "ada")
        #expect(read?["signIns"] == 2)
    }

    @Test func withoutAStoreSigningInGoesOnUncounted() async throws {
        let runner = try await runner(.jwt) { $0.keyValues = nil }
        let token = try await run(runner, .jwt, [("token", ["sub": "ada"]), ("user", [:])], subject: "ada")
        #expect(token == ["sub": "ada"])
    }

    @Test func groupsAreAskedForNowAndThenAndOldOnesServeAnOutage() async throws {
        let network = Network()
        let runner = try await runner(.session) { $0.http = network }
        func read(_ subject: String) async throws -> JSONValue? {
            let arguments: [(StaticString, JSONValue)] = [("session", [:]), ("token", ["sub": .string(subject)])]
            return try await run(runner, .session, arguments, subject: subject)?["groups"]
        }
        for _ in 0..<3 { #expect(try await read("ada") == ["staff"]) }
        #expect(network.asked == 1)
        #expect(try await read("bob") == ["staff"])
        #expect(network.asked == 2)
        network.answer(500)
        clock.advance(301)
        #expect(try await read("ada") == ["staff"])
        #expect(network.asked == 3)
        clock.advance(3600)
        #expect(try await read("ada") == nil)
    }
}
