import Foundation
import Logging
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

/// The first examples of docs/scripting.md, and those of its sections "Hooks" and "Events", do what they say.
@Suite struct HookExampleTests {
    private let log = LogRecorder()

    private func runner(_ file: String) async throws -> LuaHookRunner {
        let text = try String(contentsOfFile: "\(packageFolder())/docs/scripting.md", encoding: .utf8)
        let blocks = text.components(separatedBy: "```lua\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        let folder = try TemporaryFolder()
        try folder.write("\(file).lua", try #require(blocks.first { $0.hasPrefix("-- scripts/\(file).lua") }))
        let log = log
        let services = HostServices(clock: StoppedClock(), logger: Logger(label: "test") { _ in log })
        return try await LuaHookRunner.load([OwnedScripts(site: ScriptSet.load(folder.path))], services: services)
    }

    private func run(_ hook: HookName, _ members: [String: JSONValue]) async throws -> HookResult {
        let runner = try await runner(hook.rawValue)
        let lease = try runner.lease()
        defer { lease.end() }
        return try await lease.finish(runner.chain(hook)[0], try HookInput.call(hook, members))
    }

    @Test func unverifiedAddressIsRefused() async throws {
        #expect(try await run(.signIn, ["profile": ["email_verified": false]]).denial == "unverified")
        #expect(try await run(.signIn, ["profile": ["email_verified": true]]).json == true)
        #expect(try await run(.signIn, ["user": ["id": "1"]]).json == true)
    }

    @Test func groupsArePutIntoTheTokenAtSignIn() async throws {
        let members: [String: JSONValue] = ["token": ["sub": "1"], "user": ["id": "1"], "profile": ["groups": ["a"]]]
        #expect(try await run(.jwt, members).json == ["sub": "1", "groups": ["a"]])
        #expect(try await run(.jwt, ["token": ["sub": "1"]]).json == ["sub": "1"])
    }

    @Test func groupsAreShownFromTheToken() async throws {
        let members: [String: JSONValue] = [
            "session": ["user": ["email": "ada@example.com"]], "token": ["groups": ["a"]],
        ]
        let user: JSONValue = ["email": "ada@example.com", "domain": "example.com", "groups": ["a"]]
        #expect(try await run(.session, members).json == ["user": user])
    }

    @Test func whoAsksForNoPageLandsOnTheirOwn() async throws {
        func target(_ url: JSONValue) async throws -> HookResult {
            try await run(.redirect, ["url": url, "baseUrl": "https://app.example.com"])
        }
        #expect(try await target("https://app.example.com").json == "https://app.example.com/home")
        #expect(try await target("https://app.example.com/").json == "https://app.example.com/home")
        #expect(try await target("/orders").isNull)
        #expect(try await target("https://elsewhere.example.com").isNull)
    }

    @Test func signInAndSignOutAreLogged() async throws {
        let runner = try await runner("events")
        let request: JSONValue = ["id": "r", "ip": "192.0.2.7"]
        for (event, members) in [
            ("signIn", ["user": ["id": "1"], "account": ["provider": "corp"], "isNewUser": true, "request": request]),
            ("signOut", ["token": ["sub": "1"], "request": request]),
            ("signOut", ["session": ["userId": "2"], "request": request]),
        ] as [(String, [String: JSONValue])] {
            let lease = try runner.lease()
            defer { lease.end() }
            _ = try await lease.finish(
                try #require(runner.eventChain(event).first),
                try HookInput.call(event: event, members, seesTokens: true))
        }
        let users = log.entries.map { "\($0.message): \($0.metadata["user"] ?? "")" }
        #expect(users == ["signed in: 1", "signed out: 1", "signed out: 2"])
        #expect(log.entries.first?.metadata["ip"] == "192.0.2.7")
    }
}
