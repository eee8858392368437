import MoongateLua
import MoongateRuntime
import Testing

@Suite struct SiteInspectionTests {
    /// Right, and without a warning.
    private func configure(_ folder: ReloadFolder, _ more: String = "") throws {
        try folder.write(".env", "AUTH_SECRET=a-secret-of-more-than-thirty-two-bytes")
        try folder.write(
            "config.lua", "return { url = 'http://localhost:3000', secret = secret 'AUTH_SECRET', \(more) }")
    }

    private func problems(_ folder: ReloadFolder) async -> [String] {
        await SiteInspection(configPath: folder.configPath).run().problems.map {
            $0.description.replacing("\(folder.path)/", with: "")
        }
    }

    @Test func siteThatIsRightHasNoProblems() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        let report = await SiteInspection(configPath: folder.configPath).run()
        #expect(report.problems == [])
        #expect(report.isRight)
    }

    @Test func foldersThatNothingMakesAreWarnedOf() async throws {
        let folder = try ReloadFolder()
        try configure(folder, "\n  database = 'sqlite:data/m.db', decisions = { log = 'logs/decisions.jsonl' }")
        let inspection = await SiteInspection(configPath: folder.configPath).run()
        #expect(inspection.isRight)
        #expect(inspection.problems.map(\.code) == ["config.folder", "config.folder"])
        #expect(inspection.problems.map(\.line) == [2, 2])
        try folder.makeFolder("data")
        try folder.makeFolder("logs")
        #expect(await problems(folder) == [])
    }

    @Test func configurationAndScriptsAreReportedTogether() async throws {
        let folder = try ReloadFolder(jwt: "return function(p)\n  return p.tokn, undeclared\nend")
        try folder.write("scripts/session.lua", "return function(p) end end")
        try folder.write("config.lua", "return {\n  url = 'https://a.example',\n  sesion = {},\n}")
        let found = await problems(folder)
        #expect(found.contains { $0.hasPrefix("config.lua:3:3: error: sesion: unknown key; did you mean `session`?") })
        #expect(found.contains { $0.hasPrefix("scripts/jwt.lua:2:18: error: undeclared global 'undeclared'") })
        #expect(found.contains { $0.hasPrefix("scripts/session.lua:1:24: error:") })
    }

    @Test func warningHidesNoErrorOfItsLine() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        try folder.write(
            "scripts/rules.lua",
            "return { routes = {\n { path = '/x', login = true, maxage = 60, when = function(c) return c.usr == nil end },\n} }"
        )
        let codes = await SiteInspection(configPath: folder.configPath).run().problems.map(\.code)
        #expect(codes.contains("hook.unknownField") && codes.contains("rules.unknownKey"))
    }

    @Test func providerWithoutATableHasItsPlace() async throws {
        let folder = try ReloadFolder()
        try configure(folder, "\n  providers = {\n provider 'credentials' }")
        #expect(
            await problems(folder).contains {
                $0.hasPrefix("config.lua:3:2: error: providers[1]: a function; `provider \"NAME\"` needs a table")
            })
    }

    @Test func keyThatStandsTwiceIsAnError() async throws {
        let folder = try ReloadFolder()
        try configure(folder, "\n  session = { maxAge = 60 },\n  session = { maxAge = 90 }")
        #expect(
            await SiteInspection(configPath: folder.configPath).run().problems.map(\.code) == ["config.duplicateKey"])
    }

    @Test func siteElsewhereIsNotToldOfDevelopmentMode() async throws {
        let folder = try ReloadFolder()
        try folder.write("config.lua", "return { url = 'https://a.example', basePath = '/y/' }")
        let found = await problems(folder)
        #expect(found.contains { $0.contains("basePath") } && found.contains { $0.contains("AUTH_SECRET") })
        #expect(!found.contains { $0.contains("development mode") })
    }

    @Test func scriptThatOnlyFailsWhenItRunsIsFoundToo() async throws {
        let folder = try ReloadFolder(jwt: "local x = nil\nlocal y = x.z\nreturn function(p) return p.token end")
        try configure(folder)
        let found = await problems(folder)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("scripts/jwt.lua:2:") == true)
        #expect(found.first?.hasSuffix("(script.error)") == true)
    }

    @Test func foldersThatNothingReadsAreWarnedOf() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        for path in ["rule/a.lua", "rules.d/a.lua", "rules/more/a.lua", "notes/readme.md", "old/a.lua"] {
            try folder.makeFolder("scripts/\(path.split(separator: "/").dropLast().joined(separator: "/"))")
            try folder.write("scripts/\(path)", "return {}")
        }
        let read = "scripts/rules/"
        #expect(
            await problems(folder) == [
                "scripts/old/: warning: nothing in this folder is read; scripts are read from scripts/ and "
                    + "scripts/lib/, scripts/rules/, scripts/spec/ (script.folder)",
                "scripts/rule/: warning: nothing in this folder is read; did you mean \(read)? (script.folder)",
                "scripts/rules.d/: warning: nothing in this folder is read; did you mean \(read)? (script.folder)",
                "scripts/rules/more/: warning: nothing in this folder is read, only what lies in \(read) itself (script.folder)",
            ])
    }

    @Test func claimThatARuleMayNotReadIsWarnedOf() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        try folder.write(
            "scripts/rules.lua",
            """
            return { claims = { 'tenant' }, routes = {
              { path = '/a', login = true, when = function(c) return c.user.tenant == 'x' and c.user.id ~= nil end },
              { path = '/b', login = true, when = function(c) return c.user.tennant == 'x' end },
              { path = '/c', login = true, when = function(c) local d = { c = { user = { x = 1 } } } return d.c.user.x == 1 end },
            } }
            """)
        #expect(
            await problems(folder) == [
                "scripts/rules.lua:3:65: warning: `c.user.tennant` is not named in `claims`; did you mean `tenant`? "
                    + "(hook.unknownField)"
            ])
    }

    @Test func whatCannotBeDataHasTheLineOfItsKey() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        try folder.write("scripts/rules.lua", "return {\n  claims = {},\n  inject = { 'X-A', ['X-B'] = 'id' },\n}")
        #expect(
            await problems(folder) == [
                "scripts/rules.lua:3:3: error: rules.inject: positions and names in one table: name every member, or none "
                    + "(value.array)"
            ])
    }

    @Test func configurationThatDoesNotCompileHasItsLine() async throws {
        let folder = try ReloadFolder()
        try folder.write("config.lua", "return {\n  url = = 1,\n}")
        #expect(await problems(folder).first?.hasPrefix("config.lua:2:9: error:") == true)
    }

    @Test func misspeltFunctionInTheConfigurationNamesTheNearest() async throws {
        let folder = try ReloadFolder()
        try folder.write("config.lua", "return {\n  url = 'https://a.example', secret = secrt 'AUTH_SECRET',\n}")
        #expect(
            await problems(folder) == [
                "config.lua:2:39: error: undeclared global 'secrt'; did you mean 'secret'? (script.undeclared)"
            ])
    }

    @Test func warningOfTheConfigurationHasItsPlace() async throws {
        let folder = try ReloadFolder()
        try folder.write(
            "config.lua",
            "return {\n  url = 'https://a.example',\n  secret = 'in the file for everybody to read it',\n}")
        let found = await problems(folder)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("config.lua:3:3: warning: secret: stands in the file") == true)
    }

    @Test func specThatNothingRunsIsAWarning() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        try folder.makeFolder("scripts/spec")
        try folder.write("scripts/spec/jwt.spec.lua", "it('is not run', function() end)")
        #expect(
            await problems(folder) == [
                "scripts/spec/jwt.spec.lua: warning: is not run: files of specs end in _spec.lua (spec.name)"
            ])
    }

    @Test func missingConfigurationIsTheOnlyProblem() async throws {
        let folder = try ReloadFolder()
        try folder.remove("config.lua")
        let report = await SiteInspection(configPath: folder.configPath).run()
        #expect(report.problems.map(\.code) == ["file.missing"])
        #expect(!report.isRight)
    }

    @Test func permissionOfAPluginThatNothingUsesIsAWarningInItsManifest() async throws {
        let folder = try ReloadFolder()
        try folder.makeFolder("plugins/quiet")
        try folder.write(
            "plugins/quiet/plugin.lua",
            """
            return {
              id = "quiet", version = "1", api = 1, summary = "Says nothing", hooks = { "session" },
              needs = { kv = true },
            }
            """)
        try folder.write("plugins/quiet/init.lua", "return { session = function(p)\n  return p.session\nend }")
        try configure(folder, "plugins = { 'quiet' }")
        #expect(
            await problems(folder) == [
                "plugins/quiet/plugin.lua:3:13: warning: `kv` is allowed, and nothing uses it (needs.unused)"
            ])
        try folder.write("plugins/quiet/init.lua", "return { session = function(p)\n  kv.get('a')\nend }")
        let found = await problems(folder)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("plugins/quiet/init.lua:3:1: error: the hook session can come to its end") == true)
    }

    @Test func everyMistakeOfARuleFileIsReported() async throws {
        let folder = try ReloadFolder()
        try configure(folder)
        try folder.write(
            "scripts/rules.lua",
            """
            return { defualt = deny {}, routes = {
              { path = '/a', login = true, whn = 1 },
              { path = '/b', login = true, metods = {} }, { path = '/c', lgoin = true },
            } }
            """)
        let found = await problems(folder).joined(separator: "\n")
        for key in ["defualt", "whn", "metods", "lgoin"] {
            #expect(found.contains(".\(key): ") || found.contains(" \(key): "))
        }
    }
}
