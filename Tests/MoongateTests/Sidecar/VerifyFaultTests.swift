import HTTPTypes
import MoongateTokens
import Testing

@testable import Moongate

/// Rules × faults as a proxy sees them: never a success, and no cookie, even where the session read before the fault
/// would have set one.
@Suite struct VerifyFaultTests {
    enum Place: String, CaseIterable, Sendable { case forbid, when, decide }

    static let faults: [(name: String, step: HookStep)] = [
        ("raises", .failure("script.error")),
        ("no value", .failure("hook.noReturn")),
        ("steps", .failure("script.steps")),
        ("CPU", .failure("script.cpu")),
        ("wall", .failure("script.wall")),
        ("memory", .failure("script.memory")),
        ("result size", .failure("script.result")),
        ("client gone", .failure("script.cancelled")),
        ("wrong type", .json("42")),
        ("text", .json(#""true""#)),
        ("a table like a verdict", .json(#"{"@allow":{}}"#)),
        ("a verdict with a header that nobody named", .returned(.verdict(.allow(headers: ["X-Other": "1"])))),
        ("a redirect elsewhere", .returned(.verdict(.redirect(to: "https://evil.example.com/", status: 302)))),
        ("a login with a provider that is not there", .returned(.verdict(.login(provider: "nobody")))),
    ]

    private func rules(_ place: Place) throws -> RuleSet {
        let function: JSONValue = .object(["@function": .array([.string(place.rawValue)])])
        var route: [String: JSONValue] = ["id": "r", "path": "/**", "login": true]
        var file: [String: JSONValue] = ["inject": .array(["X-User-Id"])]
        switch place {
        case .forbid: file["forbid"] = .array([.object(["id": "f", "when": function])])
        case .when: route["when"] = function
        case .decide: route["decide"] = function
        }
        file["routes"] = .array([.object(route)])
        return try RuleSet([
            RuleSource(
                name: "scripts/rules.lua", value: .object(file),
                function: { _ in HookReference(index: 0, file: "scripts/rules.lua") }, line: { _ in 1 })
        ])
    }

    /// A site whose rule function does this, asked by somebody whose session is due for a new cookie.
    private func ask(
        _ place: Place, _ steps: [HookStep], isOverloaded: Bool = false, scriptsAreOff: Bool = false,
        isOriginal: Bool = false
    ) async throws -> AuthResponse {
        let site = try Site { $0.trustedProxies = [NetworkRange("10.0.0.0/8")].compactMap(\.self) }
        let runner = ScriptedHooks((.rules, steps), isOverloaded: isOverloaded)
        site.engine.install(
            try Generation(
                id: "g", configuration: site.engine.generation.configuration, scripts: runner,
                rules: try rules(place), scriptsAreOff: scriptsAreOff))
        let token = try site.sealed(["sub": "7", "sid": "s", "ver": 0], age: 200_000)
        var headers: HTTPFields = [.accept: "text/html", .cookie: "\(site.names.session)=\(token)"]
        let fields =
            isOriginal
            ? ["x-original-method": "GET", "x-original-url": "https://app.example.com/a"]
            : ["x-forwarded-method": "GET", "x-forwarded-host": "app.example.com", "x-forwarded-uri": "/a"]
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        return await site.engine.respond(
            to: AuthRequest(target: "/auth/verify", headers: headers, peer: PeerAddress("10.0.0.1")))
    }

    private func expectClosed(_ response: AuthResponse, _ status: Int) {
        #expect(Int(response.status.code) == status)
        #expect(response.cookies.isEmpty)
        #expect(!response.headers.contains { $0.name.canonicalName.hasPrefix("x-auth-set-cookie") })
        #expect(!response.headers.contains { $0.name.canonicalName == "x-user-id" })
        #expect(response.headers[.retryAfter] == (status == 503 ? "1" : nil))
    }

    @Test(arguments: faults.indices, Place.allCases)
    func aFaultIs503(_ index: Int, _ place: Place) async throws {
        let step = Self.faults[index].step
        expectClosed(try await ask(place, [step]), 503)
        expectClosed(try await ask(place, [.pending, step], isOriginal: true), 503)
    }

    @Test(arguments: Place.allCases)
    func aFullPoolIs503(_ place: Place) async throws {
        expectClosed(try await ask(place, [.json("true")], isOverloaded: true), 503)
    }

    @Test(arguments: Place.allCases)
    func withoutScriptsNobodyComesIn(_ place: Place) async throws {
        let response = try await ask(place, [.json("true")], scriptsAreOff: true)
        expectClosed(response, 403)
        #expect(response.headers[try #require(HTTPField.Name("x-auth-reason"))] == "rules.off")
    }

    /// The twin: with the right value the same request comes in, and its cookie is renewed.
    @Test(arguments: [(Place.forbid, HookStep.json("false")), (.when, .json("true")), (.decide, .returned(.null))])
    func withoutAFaultTheRequestComesIn(_ place: Place, _ step: HookStep) async throws {
        let response = try await ask(place, [.pending, step])
        #expect(response.status == .ok)
        #expect(response.cookies.count == 1)
        #expect(response.headers[try #require(HTTPField.Name("x-auth-set-cookie-1"))] == response.cookies.first)
    }
}
