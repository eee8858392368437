import Moongate
import MoongateLua
import MoongateRuntime
import Testing

/// A file whose top level does not give a function would fail at every request; it never becomes a generation.
@Suite struct TopLevelTests {
    static let broken = [
        ("error('at the top')", "script.error"), ("return 7", "hook.notFunction"), ("return {}", "hook.notFunction"),
        ("return nil", "hook.notFunction"), ("local x = 1", "hook.notFunction"), ("", "hook.notFunction"),
        ("local roles = require 'missing'\nreturn function(p) return p.token end", "script.error"),
    ]

    private func expectRefusal(_ body: () async throws -> Void, code: String) async throws {
        let error = try #require(await #expect(throws: ScriptSetError.self) { try await body() })
        #expect(error.failures.map(\.code) == [code])
        #expect(error.failures.map(\.script) == ["scripts/jwt.lua"])
    }

    @Test(arguments: broken)
    func siteDoesNotStart(_ text: String, _ code: String) async throws {
        let folder = try ReloadFolder(jwt: text)
        try await expectRefusal({ _ = try await folder.loader().load() }, code: code)
    }

    @Test(arguments: broken) func runningSiteIsNotReplaced(_ text: String, _ code: String) async throws {
        let folder = try ReloadFolder()
        let loader = folder.loader()
        let first = try await loader.load()
        try folder.write("scripts/jwt.lua", text)
        try await expectRefusal({ _ = try await loader.reload(after: first) }, code: code)
    }

    @Test func topLevelThatDoesNotEndIsStopped() async throws {
        let folder = try ReloadFolder(jwt: "while true do end")
        let error = try #require(await #expect(throws: ScriptSetError.self) { try await folder.loader().load() })
        // Which budget is over first depends on how busy the machine is.
        #expect(["script.steps", "script.cpu", "script.wall"].contains(error.failures.first?.code))
    }

    @Test func everyBrokenFileIsNamed() async throws {
        let folder = try ReloadFolder(jwt: "return 1")
        try folder.write("scripts/signIn.lua", "error('no')")
        let error = await #expect(throws: ScriptSetError.self) { try await folder.loader().load() }
        #expect(Set(error?.failures.compactMap(\.script) ?? []) == ["scripts/jwt.lua", "scripts/signIn.lua"])
    }

    @Test(arguments: [
        "local roles = require 'roles'\nreturn function(p) p.token.role = roles.first return p.token end",
        "local function jwt(p) return p.token end\nreturn jwt",
    ])
    func topLevelMayDoWork(_ text: String) async throws {
        let folder = try ReloadFolder(jwt: text)
        try folder.write("scripts/lib/roles.lua", "return { first = 'admin' }")
        #expect(try await folder.loader().load().hooks == [.jwt])
    }

    @Test func brokenFileMayBeLeftOutWithAllScripts() async throws {
        let folder = try ReloadFolder(jwt: "error('at the top')")
        let loaded = try await folder.loader(usesScripts: false).load()
        #expect(loaded.scriptsAreOff && loaded.runner == nil)
    }
}

@Suite struct CredentialsWarningTests {
    private static let form = """
        return { url = 'https://example.com', secret = secret 'AUTH_SECRET', database = 'memory:',
          providers = { provider 'credentials' { credentials = { { name = 'username' } } } } }
        """

    @Test func formThatNobodyChecksIsWarnedOf() async throws {
        let folder = try ReloadFolder()
        try folder.write("config.lua", Self.form)
        let warnings = try await folder.loader().load().warnings
        #expect(warnings.map(\.path) == ["providers[1]"])
        #expect(warnings.first?.sentence.contains("scripts/authorize.lua") == true)
    }

    @Test func formThatAScriptChecksIsNot() async throws {
        let folder = try ReloadFolder()
        try folder.write("config.lua", Self.form)
        try folder.write("scripts/authorize.lua", "return function(p) return nil end")
        #expect(try await folder.loader().load().warnings.isEmpty)
    }
}
