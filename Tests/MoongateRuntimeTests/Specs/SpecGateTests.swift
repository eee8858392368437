import MoongateLua
import MoongateRuntime
import Testing

@Suite struct SpecGateTests {
    private let folder: ReloadFolder
    private let loader: ScriptGenerationLoader

    init() throws {
        folder = try ReloadFolder()
        loader = folder.loader()
        try folder.makeFolder("scripts/spec")
        try folder.write(
            "scripts/spec/jwt_spec.lua", "it('keeps', function() expect(hook.jwt { token = { a = 1 } }.a).toBe(1) end)")
    }

    @Test func reloadWhoseSpecsHoldIsTaken() async throws {
        let first = try await loader.load()
        try folder.write("scripts/jwt.lua", "return function(p) p.token.b = 2 return p.token end")
        #expect(try await loader.reload(after: first) != nil)
    }

    @Test func reloadWhoseSpecFailsIsRefusedWithItsPlace() async throws {
        let first = try await loader.load()
        try folder.write("scripts/jwt.lua", "return function(p) p.token.a = 2 return p.token end")
        let error = await #expect(throws: ScriptSetError.self) { try await loader.reload(after: first) }
        let failure = try #require(error?.failures.first)
        #expect(failure.code == "spec.failed")
        #expect(failure.script == "scripts/spec/jwt_spec.lua")
        #expect(failure.line == 1)
    }

    @Test func reloadWithSpecsOffIsTakenWithoutThem() async throws {
        let first = try await loader.load()
        let config = ReloadFolder.config.replacing(" }", with: ", reload = { specs = false } }")
        try folder.write("config.lua", config)
        try folder.write("scripts/jwt.lua", "return function(p) p.token.a = 2 return p.token end")
        #expect(try await loader.reload(after: first) != nil)
    }

    @Test func specsThatTakeTooLongRefuseTheReload() async throws {
        let first = try await loader.load()
        let slow = "it('waits', function() for i = 1, 1e9 do local _ = hook.jwt { token = {} } end end)"
        try folder.write("scripts/spec/slow_spec.lua", slow + "\n" + slow)
        await #expect(throws: ScriptSetError.self) { try await loader.reload(after: first) }
    }

    @Test func startRunsNoSpecs() async throws {
        try folder.write("scripts/spec/jwt_spec.lua", "it('fails', function() error('always') end)")
        #expect(try await loader.load().hooks == [.jwt])
    }
}
