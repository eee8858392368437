import Moongate
import MoongateLua
import MoongateRuntime
import Testing

/// Rule files are read, checked and tested with the other scripts of a generation.
@Suite struct RuleReloadTests {
    private let folder: ReloadFolder
    private let loader: ScriptGenerationLoader
    private let rules = "return { routes = { { path = '/a', public = true } } }"

    init() throws {
        folder = try ReloadFolder()
        try folder.makeFolder("scripts/rules")
        loader = folder.loader()
    }

    @Test func rulesBelongToTheGeneration() async throws {
        let without = try await loader.load()
        #expect(without.rules.isEmpty)
        try folder.write("scripts/rules.lua", rules)
        try folder.write("scripts/rules/b.lua", "return {}")
        let with = try #require(try await loader.reload(after: without))
        #expect(with.rules.routeCount == 1)
        #expect(with.ruleFiles == ["scripts/rules.lua", "scripts/rules/b.lua"])
        #expect(with.hooks.contains(.rules))
    }

    @Test func ruleFileThatVanishedIsRefused() async throws {
        try folder.write("scripts/rules.lua", rules)
        try folder.write("scripts/rules/b.lua", "return { forbid = { { path = '/a/b' } } }")
        let first = try await loader.load()
        try folder.remove("scripts/rules/b.lua")
        let refusal = await #expect(throws: ReloadRefusal.self) { try await loader.reload(after: first) }
        #expect(refusal?.code == "reload.hookRemoved")
        #expect(refusal?.names == ["scripts/rules/b.lua"])
    }

    @Test func testThatFailsRefusesTheFiles() async throws {
        try folder.write("scripts/rules.lua", rules)
        let first = try await loader.load()
        try folder.write(
            "scripts/rules.lua",
            "return { routes = { { path = '/a', public = true } }, tests = { { request = 'GET /b', allow = true } } }")
        let error = await #expect(throws: ScriptSetError.self) { try await loader.reload(after: first) }
        #expect(error?.failures.map(\.code) == ["rules.test"])
        await #expect(throws: ScriptSetError.self) { try await loader.load() }
    }

    @Test func maxAgeNeedsTokens() async throws {
        try folder.write("scripts/rules.lua", "return { routes = {\n { path = '/a', maxAge = 60 } } }")
        #expect(try await loader.load().rules.routeCount == 1)
        try folder.write(
            "config.lua",
            "return { url = 'https://example.com', secret = secret 'AUTH_SECRET', database = 'sqlite:x.db' }")
        let error = await #expect(throws: ScriptSetError.self) { try await loader.load() }
        #expect(error?.failures.map(\.code) == ["rules.maxAge"])
        #expect(error?.failures.first?.line == 2)
    }

    @Test func mistakesOfRulesAndHooksAreToldTogether() async throws {
        try folder.write("scripts/rules.lua", "return { route = {} }")
        try folder.write("scripts/jwt.lua", "return 1")
        let error = await #expect(throws: ScriptSetError.self) { try await loader.load() }
        #expect(error?.failures.compactMap(\.script).sorted() == ["scripts/jwt.lua", "scripts/rules.lua"])
    }
}
