import Moongate
import MoongateLua
import MoongateRuntime
import Testing

@Suite struct SiteSpecsTests {
    private func site() throws -> ReloadFolder {
        let folder = try ReloadFolder()
        try folder.makeFolder("scripts/spec")
        try folder.makeFolder("plugins/greet/spec")
        try folder.write(
            "scripts/spec/jwt_spec.lua", "it('a', function() expect(hook.jwt { token = {} }).toEqual {} end)")
        try folder.write(
            "plugins/greet/plugin.lua",
            """
            return { id = "greet", version = "1", api = 1, summary = "Greets", hooks = { "session" },
              config = { word = { type = "string", required = true, description = "what it says" } } }
            """)
        try folder.write(
            "plugins/greet/init.lua",
            "return { session = function(p) p.session.greeting = config.word return p.session end }")
        try folder.write("plugins/greet/spec/config.json", #"{"word":"hello"}"#)
        try folder.write(
            "plugins/greet/spec/greet_spec.lua",
            "it('b', function() expect(hook.session { session = {} }.greeting).toBe('hello') end)")
        return folder
    }

    private func run(_ folder: ReloadFolder, _ paths: [String] = []) async throws -> SpecReport {
        let specs = SiteSpecs(configPath: folder.configPath)
        return try await specs.run(try await specs.suites(paths), filter: nil) { _ in }
    }

    @Test func specsOfScriptsAndOfPluginsRun() async throws {
        let report = try await run(site())
        #expect(report.failures.map(\.description) == [])
        #expect(report.tests.map(\.file) == ["scripts/spec/jwt_spec.lua", "plugins/greet/spec/greet_spec.lua"])
    }

    @Test(arguments: ["plugins/greet", "./plugins/greet/", "plugins/greet/spec/greet_spec.lua"])
    func pathChoosesFiles(path: String) async throws {
        #expect(try await run(site(), [path]).tests.map(\.file) == ["plugins/greet/spec/greet_spec.lua"])
    }

    @Test func folderWithoutConfigurationAndScriptsIsRefused() async throws {
        let folder = try ReloadFolder(jwt: nil)
        try folder.remove("config.lua")
        await #expect(throws: SiteError.self) { try await run(folder) }
    }

    @Test func configurationThatSomebodyNamedHasToBeThere() async throws {
        let folder = try site()
        try folder.remove("config.lua")
        #expect(try await run(folder).failures.isEmpty)
        let named = SiteSpecs(configPath: folder.configPath, needsConfiguration: true)
        let error = await #expect(throws: SiteError.self) { _ = try await named.suites() }
        #expect(error?.problems.first?.contains("config.lua: is not there") == true)
    }

    @Test func pathThatNothingIsBelowIsRefused() async throws {
        await #expect(throws: SiteError.self) { try await run(site(), ["plugins/gree"]) }
    }

    @Test func pluginThatNeedsASettingSaysSo() async throws {
        let folder = try site()
        try folder.write("plugins/greet/spec/config.json", "{}")
        #expect(try await run(folder).failures.map(\.script) == ["plugins/greet/spec/config.json"])
    }

    @Test(arguments: ["plugins/greet", "plugins/greet/spec/greet_spec.lua", "plugins/greet/spec"])
    func specsThatCannotRunFailUnderTheirOwnName(path: String) async throws {
        let folder = try site()
        try folder.write("plugins/greet/spec/config.json", "[")
        #expect(try await run(folder, [path]).failures.map(\.code) == ["spec.fixture"])
        #expect(try await run(folder, ["scripts"]).failures.isEmpty)
    }

    @Test func specsOfOthersRunBesideThoseThatCannot() async throws {
        let folder = try site()
        try folder.write("plugins/greet/spec/config.json", "[")
        let report = try await run(folder)
        #expect(report.counts.passed == 1 && report.counts.failed == 1)
    }

    @Test func pluginCanBeConfiguredAnewForOneTest() async throws {
        let folder = try site()
        try folder.write(
            "plugins/greet/spec/greet_spec.lua",
            """
            local function greeting() return hook.session { session = {} }.greeting end
            it('changes', function() configure { word = "bye" } expect(greeting()).toBe("bye") end)
            it('is as before', function() expect(greeting()).toBe("hello") end)
            it('is checked', function()
              expectError(function() configure { wrod = "x" } end, "did you mean `word`?")
              expect(greeting()).toBe("hello")
            end)
            """)
        let report = try await run(folder, ["plugins"])
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed == 3)
    }

    @Test func siteHasNoSettingsToConfigure() async throws {
        let folder = try site()
        try folder.write("scripts/spec/jwt_spec.lua", "it('a', function() configure { a = 1 } end)")
        let failure = try #require(try await run(folder, ["scripts"]).failures.first)
        #expect(failure.message.contains("only a plugin has settings"))
    }

    @Test func fixtureThatIsNoJSONIsRefused() async throws {
        let folder = try site()
        try folder.makeFolder("scripts/spec/fixtures")
        try folder.write("scripts/spec/fixtures/a.json", "{")
        let report = try await run(folder)
        #expect(report.failures.map(\.code) == ["spec.fixture"])
        #expect(report.counts.passed == 1)
    }

    @Test func specsRunWithoutAConfiguration() async throws {
        let folder = try site()
        try folder.remove("config.lua")
        #expect(try await run(folder).counts.passed == 2)
    }

    @Test func junitIsWellFormedWhateverATestIsCalled() async throws {
        let folder = try site()
        try folder.write(
            "scripts/spec/jwt_spec.lua",
            "it('<a & \"b\"> \\1', function() error('<x>]]>&\\0') end) pending('later')")
        let xml = try await run(folder, ["scripts"]).junit
        #expect(xml.contains("name=\"&lt;a &amp; &quot;b&quot;&gt; ?\""))
        #expect(xml.contains("tests=\"2\" failures=\"1\" skipped=\"1\""))
        #expect(!xml.contains("<x>"))
        #expect(!xml.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
}
