import Foundation
import HTTPTypes
import Logging
import Moongate
import MoongateCurl
import MoongateTokens
import Synchronization
import Testing

@testable import MoongateLua

/// The examples of docs/scripting.md, section "Reaching outside", do what they say.
@Suite struct DocumentedExampleTests {
    /// Answers every request with one answer, and keeps what was asked.
    private final class Network: HTTPFetcher {
        private let asked = Mutex<[FetchRequest]>([])
        private let answer: FetchResponse
        var requests: [FetchRequest] { asked.withLock { $0 } }

        init(_ status: Int, _ json: String = "") {
            answer = FetchResponse(
                status: status, headers: [.contentType: "application/json"], body: Array(json.utf8))
        }

        func fetch(_ request: FetchRequest) async throws -> FetchResponse {
            asked.withLock { $0.append(request) }
            return answer
        }

        func destination(of url: String, relativeTo base: String?) throws -> FetchDestination {
            try sharedFetcher.get().destination(of: url, relativeTo: base)
        }
    }

    private static func example(_ hook: HookName) throws -> String {
        let text = try String(contentsOfFile: "\(packageFolder())/docs/scripting.md", encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## Reaching outside").last)
        let blocks = section.components(separatedBy: "```lua\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        return try #require(blocks.first { $0.hasPrefix("-- scripts/\(hook.rawValue).lua") })
    }

    private func run(
        _ hook: HookName, _ arguments: [(StaticString, JSONValue)], libraries: [String: String] = [:],
        _ change: (inout HostServices) -> Void = { _ in }
    ) async throws -> HookResult {
        let folder = try TemporaryFolder()
        try folder.write("\(hook.rawValue).lua", try Self.example(hook))
        for (name, text) in libraries { try folder.write("lib/\(name).lua", text) }
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "hr.internal"), HTTPHostPermission(host: "127.0.0.1", port: 8080)]
        needs.secrets = ["HR_TOKEN", "AUDIT_KEY"]
        needs.users = true
        var services = HostServices(clock: StoppedClock(), logger: Logger(label: "test") { _ in LogRecorder() })
        services.secrets = DictionarySecretSource(["HR_TOKEN": "hr-hr-hr-hr", "AUDIT_KEY": "audit-audit"])
        change(&services)
        var patient = ScriptLimits()
        patient.wallMs = 30_000
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path), needs: needs, limits: patient)
        let runner = try await LuaHookRunner.load([owner], services: services)
        let lease = try runner.lease()
        defer { lease.end() }
        let call = HookCall(arguments.map { HookCall.Argument($0, .json($1.canonicalBytes())) })
        return try await lease.finish(runner.chain(hook)[0], call)
    }

    @Test func claimsComeFromTheService() async throws {
        let network = Network(200, #"{"department":"R&D"}"#)
        let result = try await run(.jwt, [("token", ["sub": "1"]), ("user", ["id": "1"])]) { $0.http = network }
        #expect(result.json == ["sub": "1", "department": "R&D"])
        let request = try #require(network.requests.first)
        #expect(request.url == "https://hr.internal/people/1")
        #expect(request.headers[.authorization] == "Bearer hr-hr-hr-hr")
    }

    @Test func serviceThatFailsLeavesTheTokenAsItWas() async throws {
        let result = try await run(.jwt, [("token", ["sub": "1"]), ("user", ["id": "1"])]) { $0.http = Network(503) }
        #expect(result.json == ["sub": "1"])
    }

    @Test func auditIsSigned() async throws {
        let network = Network(204)
        let result = try await run(.signIn, [("user", ["email": "a@b.example"])]) { $0.http = network }
        #expect(result.json == true)
        let request = try #require(network.requests.first)
        let expected = Base64.encode(hmacSHA256(key: Array("audit-audit".utf8), message: request.body))
        #expect(request.headers[HTTPField.Name("X-Signature")!] == expected)  // a literal that is a name
    }

    @Test func auditThatFailsRefuses() async throws {
        let result = try await run(.signIn, [("user", ["email": "a@b.example"])]) { $0.http = Network(500) }
        #expect(result.json == false)
    }

    @Test func passwordDecides() async throws {
        let hash = try PasswordHash(Array("right".utf8), salt: [UInt8](repeating: 1, count: 16)).text
        let accounts = ["accounts": "return { ada = { id = '7', name = 'Ada', hash = '\(hash)' } }"]
        func result(_ name: JSONValue, _ password: JSONValue) async throws -> HookResult {
            try await run(
                .authorize, [("credentials", ["username": name, "password": password])], libraries: accounts
            )
        }
        #expect(try await result("ada", "right").json == ["id": "7", "name": "Ada"])
        #expect(try await result("ada", "wrong").isNull)
        #expect(try await result("bob", "right").isNull)
    }

    @Test func nameIsTheStoredOne() async throws {
        let store = InMemoryStore()
        try await store.apply([.insertUser(User(id: "u1", name: "Ada"))])
        let session: JSONValue = ["user": ["name": "old"]]
        let result = try await run(.session, [("session", session), ("token", ["sub": "u1"])]) { $0.store = store }
        #expect(result.json == ["user": ["name": "Ada"]])
    }
}
