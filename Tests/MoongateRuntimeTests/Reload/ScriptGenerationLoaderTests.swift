import Moongate
import MoongateLua
import Testing

@testable import MoongateRuntime

@Suite struct ScriptGenerationLoaderTests {
    private let folder: ReloadFolder
    private let loader: ScriptGenerationLoader

    init() throws {
        folder = try ReloadFolder()
        loader = folder.loader()
    }

    @Test func generationHasConfigurationAndHooks() async throws {
        let generation = try await loader.load()
        #expect(generation.configuration.origin.description == "https://example.com")
        #expect(generation.hooks == [.jwt])
        #expect(generation.runner?.chain(.jwt).count == 1)
        #expect(generation.id.count == 12)
    }

    @Test func sameFilesGiveTheSameIdAndNothingToReload() async throws {
        let generation = try await loader.load()
        #expect(try await folder.loader().load().id == generation.id)
        #expect(try await loader.reload(after: generation) == nil)
    }

    @Test func changedScriptGivesAnotherGeneration() async throws {
        let first = try await loader.load()
        try folder.write("scripts/jwt.lua", "return function(p) p.token.x = 1 return p.token end")
        let second = try #require(try await loader.reload(after: first))
        #expect(second.id != first.id)
    }

    @Test func changedLibraryGivesAnotherGeneration() async throws {
        let first = try await loader.load()
        try folder.write("scripts/lib/roles.lua", "return {}")
        #expect(try await loader.reload(after: first) != nil)
    }

    @Test func halfWrittenScriptIsRefused() async throws {
        let first = try await loader.load()
        try folder.write("scripts/jwt.lua", "return function(p)\n  p.token.role = \"adm")
        let error = await #expect(throws: ScriptSetError.self) { try await loader.reload(after: first) }
        #expect(error?.failures.first?.script == "scripts/jwt.lua")
        #expect(error?.failures.first?.line == 2)
    }

    @Test func wrongConfigurationIsRefused() async throws {
        let first = try await loader.load()
        try folder.write("config.lua", "return { sesion = {} }")
        await #expect(throws: ConfigurationError.self) { try await loader.reload(after: first) }
    }

    @Test func removedHookIsRefused() async throws {
        let first = try await loader.load()
        try folder.remove("scripts/jwt.lua")
        let refusal = await #expect(throws: ReloadRefusal.self) { try await loader.reload(after: first) }
        #expect(refusal?.code == "reload.hookRemoved")
        #expect(refusal?.names == ["scripts/jwt.lua"])
    }

    @Test func changedDatabaseNeedsARestart() async throws {
        let first = try await loader.load()
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = secret 'AUTH_SECRET', database = 'sqlite:a.db',
              session = { strategy = 'jwt' }, reload = { watch = false } }
            """)
        let refusal = await #expect(throws: ReloadRefusal.self) { try await loader.reload(after: first) }
        #expect(refusal?.code == "reload.needsRestart")
        #expect(refusal?.names == ["database", "reload.watch"])
    }

    @Test func scriptsCanBeLeftOut() async throws {
        try folder.write("scripts/jwt.lua", "not Lua at all")
        let generation = try await folder.loader(usesScripts: false).load()
        #expect(generation.runner == nil)
        #expect(generation.hooks.isEmpty)
    }

    @Test func nameThatIsNotThereIsRefusedWhileSomethingServes() async throws {
        let folder = try ReloadFolder()
        let first = try await folder.loader().load()
        try folder.write(
            "scripts/jwt.lua", "return function(p)\n  if p.user then p.token.x = usr.id end\n  return p.token\nend")
        let error = await #expect(throws: ScriptSetError.self) { try await folder.loader().reload(after: first) }
        #expect(
            error?.failures.map(\.description) == [
                "scripts/jwt.lua:2: undeclared global 'usr' (script.undeclared)"
            ])
        // Nothing could go on at a start, so it begins all the same; and what serves keeps no other change out.
        let started = try await folder.loader().load()
        #expect(await started.missingNames.found().map(\.code) == ["script.undeclared"])
        try folder.write("scripts/session.lua", "return function(p) return p.session end")
        #expect(try await folder.loader().reload(after: started)?.hooks.contains(.session) == true)
    }

    @Test func mistakeInTheConfigurationHasItsLine() async throws {
        let folder = try ReloadFolder()
        let first = try await folder.loader().load()
        try folder.write("config.lua", "return {\n  url = 'https://a.example',\n  sesion = {},\n}")
        let error = await #expect(throws: ConfigurationError.self) { try await folder.loader().reload(after: first) }
        let problem = ReloadProblem.all(try #require(error), configuration: "config.lua").first {
            $0.message.contains("sesion")
        }
        #expect(problem?.line == 3)
    }
}
