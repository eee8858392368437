import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct ShippedScriptsTests {
    private let bench: HookBench

    init() throws { bench = try HookBench(ScriptSet.load("\(packageFolder())/scripts")) }

    @Test(
        arguments: [
            ("ada@example.com", [], "staff"), ("eve@EXAMPLE.com", [], "staff"), ("bob@elsewhere.example", [], "user"),
            ("bob@elsewhere.example", ["admins"], "admin"), ("nobody", [], "user"),
        ] as [(String, [JSONValue], String)])
    func roleComesFromGroupsAndDomain(email: String, groups: [JSONValue], role: String) async throws {
        let result = try await bench.run(
            .jwt,
            [
                ("token", ["sub": "1"]), ("user", ["email": .string(email)]), ("profile", ["groups": .array(groups)]),
            ])
        #expect(result.json == ["sub": "1", "role": .string(role)])
    }

    @Test func roleStaysAfterSignIn() async throws {
        let token: JSONValue = ["sub": "1", "role": "admin"]
        #expect(try await bench.run(.jwt, [("token", token)]).json == token)
    }

    @Test func sessionShowsIdAndRole() async throws {
        let result = try await bench.run(
            .session,
            [
                ("session", ["user": ["name": "Ada"], "expires": "x"]), ("token", ["sub": "1", "role": "staff"]),
            ])
        #expect(result.json?["user"] == ["name": "Ada", "id": "1", "role": "staff"])
    }

    @Test(arguments: ["mallory@example.com", "MALLORY@example.com", "any@blocked.example"])
    func listedAddressIsRefused(email: String) async throws {
        #expect(try await bench.run(.signIn, [("user", ["email": .string(email)])]).denial == "blocked")
    }

    @Test func otherAddressIsLetIn() async throws {
        #expect(try await bench.run(.signIn, [("user", ["email": "ada@example.com"])]).json == true)
        #expect(try await bench.run(.signIn, [("user", [:])]).json == true)
    }

    @Test(
        arguments: [
            ("/a", "https://s.example/a"), ("https://s.example", "https://s.example"),
            ("https://s.example/b", "https://s.example/b"), ("//evil.example", nil), ("https://s.example.evil/", nil),
            ("https://evil.example/", nil),
        ] as [(String, String?)])
    func redirectStaysOnTheSite(url: String, target: String?) async throws {
        let result = try await bench.run(.redirect, [("url", .string(url)), ("baseUrl", "https://s.example")])
        #expect(result.json == target.map { .string($0) })
        #expect(result.isNull == (target == nil))
    }

    @Test func credentialsAreRefusedUntilTheScriptIsEdited() async throws {
        let result = try await bench.run(
            .authorize,
            [
                ("credentials", ["username": "a", "password": "b"]), ("provider", "credentials"), ("request", [:]),
            ])
        #expect(result.isNull)
    }
}
