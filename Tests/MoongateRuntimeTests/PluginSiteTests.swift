import Foundation
import HTTPTypes
import Moongate
import MoongateLua
import Testing

@testable import MoongateRuntime

/// A site whose plugins take part, from its files to its answers.
@Suite struct PluginSiteTests {
    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder(jwt: "return function(p) p.token.site = p.token.role return p.token end")
        try configure("'tag'")
        try folder.write("scripts/authorize.lua", "return function(p) return { id = '7', name = 'Ada' } end")
        try plugin("tag", hooks: "'jwt'", "return { jwt = function(p) p.token.role = 'staff' return p.token end }")
    }

    private func configure(_ plugins: String, _ more: String = "") throws {
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = string.rep('s', 32), database = 'memory:',
              plugins = { \(plugins) }, \(more)
              providers = { provider 'credentials' { credentials = { { name = 'username' } } } } }
            """)
    }

    private func plugin(_ id: String, hooks: String, _ main: String, _ more: String = "") throws {
        try folder.makeFolder("plugins/\(id)/lib")
        try folder.write(
            "plugins/\(id)/plugin.lua",
            "return { id = '\(id)', version = '1', api = 1, summary = 'x', hooks = { \(hooks) }, \(more) }")
        try folder.write("plugins/\(id)/init.lua", main)
    }

    private func load(usesScripts: Bool = true) async throws -> MoongateService {
        var options = MoongateOptions()
        options.usesScripts = usesScripts
        return try await MoongateService.load(folder.configPath, options: options)
    }

    /// The cookie of a sign-in, and where it was sent.
    private func signIn(_ site: MoongateService) async throws -> (cookie: String?, location: String?) {
        let first = await site.engine.respond(to: AuthRequest(target: "/auth/csrf"))
        let csrf = try Claims(parsing: first.body)["csrfToken"]?.stringValue ?? ""
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .cookie: cookies(first).joined(separator: "; "),
        ]
        let body = Array("username=ada&csrfToken=\(csrf)".utf8)
        let response = await site.engine.respond(
            to: AuthRequest(method: .post, target: "/auth/callback/credentials", headers: headers, body: body))
        return (cookies(response).first { $0.contains("session-token=") }, response.headers[.location])
    }

    private func cookies(_ response: AuthResponse) -> [String] {
        response.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
    }

    private func read(_ site: MoongateService, _ cookie: String) async -> AuthResponse {
        await site.engine.respond(to: AuthRequest(target: "/auth/session", headers: [.cookie: cookie]))
    }

    @Test func pluginActsBeforeTheSite() async throws {
        let site = try await load()
        let cookie = try #require(try await signIn(site).cookie)
        let token = try #require(site.engine.token(from: [.cookie: cookie]))
        #expect(token["role"] == "staff" && token["site"] == "staff")
    }

    @Test func pluginThatIsNotNamedTakesNoPart() async throws {
        try configure("")
        let site = try await load()
        let cookie = try #require(try await signIn(site).cookie)
        #expect(site.engine.token(from: [.cookie: cookie])?["role"] == nil)
    }

    @Test(arguments: [
        "error('broken')", "return nil", "return 1", "return { code = 'ok' }", "while true do end",
        "local t = {} t.t = t return t", "",
    ])
    func pluginThatBreaksAtSignInLetsNobodyIn(_ body: String) async throws {
        try plugin("door", hooks: "'signIn'", "return { signIn = function(p) \(body) end }")
        try configure("'door', 'tag'")
        let answer = try await signIn(try await load())
        #expect(answer.cookie == nil)
        #expect(
            answer.location?.contains("error=Configuration") == true || answer.location?.hasPrefix("https") == false)
    }

    @Test func pluginThatBreaksAtAReadLeavesTheSessionAlone() async throws {
        try plugin(
            "reader", hooks: "'session'",
            "return { session = function(p) if p.token.role == 'staff' then error('broken') end return p.session end }")
        try configure("'tag', 'reader'")
        let site = try await load()
        let cookie = try #require(try await signIn(site).cookie)
        let answer = await read(site, cookie)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.headers[values: .setCookie].isEmpty)
    }

    @Test func pluginMayRefuse() async throws {
        try plugin("door", hooks: "'signIn'", "return { signIn = function(p) return deny{ code = 'no' } end }")
        try configure("'door'")
        let answer = try await signIn(try await load())
        #expect(answer.cookie == nil)
        #expect(answer.location?.contains("AccessDenied") == true)
    }

    @Test func sessionReadPassesThroughSeveralOwners() async throws {
        try plugin(
            "reader", hooks: "'jwt', 'session'",
            """
            return { jwt = function(p) p.token.n = (p.token.n or 0) + 1 return p.token end,
              session = function(p) p.session.user.role = p.token.role p.session.site = p.token.site return p.session end }
            """)
        try folder.write("scripts/session.lua", "return function(p) p.session.last = p.token.n return p.session end")
        for plugins in ["'tag', 'reader'", "'reader', 'tag'"] {
            try configure(plugins)
            let site = try await load()
            let cookie = try #require(try await signIn(site).cookie)
            let session = try Claims(parsing: await read(site, cookie).body)
            #expect(session["user"]?["role"] == "staff")
            #expect(session["site"] == "staff")
            #expect(session["last"] == 2)
        }
    }

    @Test func changedPluginIsInstalledAndABrokenOneIsNot() async throws {
        let site = try await load()
        try plugin("tag", hooks: "'jwt'", "return { jwt = function(p) p.token.role = 'new' return p.token end }")
        #expect(await site.reload() == .installed(id: site.engine.generation.id))
        let id = site.engine.generation.id
        try plugin("tag", hooks: "'jwt', 'signIn'", "return { jwt = function(p) return p.token end }")
        guard case .refused(let problems) = await site.reload() else {
            Issue.record("installed")
            return
        }
        #expect(problems.map(\.file) == ["plugins/tag/init.lua"])
        #expect(site.engine.generation.id == id)
        let cookie = try #require(try await signIn(site).cookie)
        #expect(site.engine.token(from: [.cookie: cookie])?["role"] == "new")
    }

    @Test func brokenPluginDoesNotHoldUpTheBreakGlass() async throws {
        try plugin("tag", hooks: "'jwt'", "not Lua")
        await #expect(throws: SiteError.self) { try await load() }
        #expect(try await load(usesScripts: false).scriptsAreOff)
    }

    @Test func generationKnowsItsPlugins() async throws {
        try configure("{ id = 'tag' }", "scripts = { needs = { kv = true } },")
        let loaded = try await ScriptGenerationLoader(configPath: folder.configPath, logger: .init(label: "test"))
            .load()
        #expect(loaded.plugins.map(\.id) == ["tag"])
        #expect(loaded.digest == WatchedFiles(configPath: folder.configPath).digest())
    }

    @Test func siteIsNotGivenWhatTheEngineReads() async throws {
        try configure("", "scripts = { needs = { secrets = { 'AUTH_SECRET' }, env = { 'FINE' } } },")
        let error = await #expect(throws: SiteError.self) { try await load() }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.hasPrefix("config.lua:2: scripts.needs.secrets[1]: AUTH_SECRET") == true)
    }

    @Test func mistakesOfPluginsAndScriptsAreReportedAtOnce() async throws {
        try plugin("tag", hooks: "'jwt'", "return {", "config = { ttl = { type = 'seconds' } }")
        try configure("{ id = 'tag', tll = 1 }, 'missing'")
        try folder.write("scripts/jwt.lua", "return 1")
        let problems = await #expect(throws: SiteError.self) { try await load() }?.problems ?? []
        #expect(
            problems.map { String($0.prefix { $0 != ":" }) } == ["config.lua", "config.lua", "scripts/jwt.lua"])
    }

    @Test func filesThatAnybodyMayWriteAreWarnedOf() async throws {
        for file in ["scripts/jwt.lua", "plugins/tag/init.lua"] {
            #expect(chmod("\(folder.path)/\(file)", 0o646) == 0)
        }
        let loaded = try await ScriptGenerationLoader(configPath: folder.configPath, logger: .init(label: "test"))
            .load()
        #expect(
            loaded.warnings.map(\.sentence).filter { $0.contains("everybody") } == [
                "everybody on this machine may write to scripts/jwt.lua: take that away (chmod o-w)",
                "everybody on this machine may write to plugins/tag/init.lua: take that away (chmod o-w)",
            ])
    }

    @Test func pluginsFolderIsWatched() async throws {
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        defer { watcher.stop() }
        var changes = watcher.changes.makeAsyncIterator()
        try folder.write("plugins/tag/lib/x.lua", "return 1")
        #expect(await changes.next() != nil)
        try folder.makeFolder("plugins/other")
        try folder.write("plugins/other/init.lua", "return {}")
        #expect(await changes.next() != nil)
        try folder.write("plugins/other/plugin.lua", "return {}")
        #expect(await changes.next() != nil)
    }

    @Test func mountedPluginIsReadThroughItsLinkAndSwapped() async throws {
        try folder.remove("plugins/tag")
        for (version, role) in [("1", "first"), ("2", "second")] {
            try folder.makeFolder("plugins/tag/..\(version)")
            try folder.write(
                "plugins/tag/..\(version)/init.lua",
                "return { jwt = function(p) p.token.role = '\(role)' return p.token end }")
            try folder.write(
                "plugins/tag/..\(version)/plugin.lua",
                "return { id = 'tag', version = '1', api = 1, summary = 'x', hooks = { 'jwt' } }")
        }
        try folder.link("plugins/tag/..data", to: "..1")
        for file in ["init.lua", "plugin.lua"] { try folder.link("plugins/tag/\(file)", to: "..data/\(file)") }
        let site = try await load()
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        defer { watcher.stop() }
        var changes = watcher.changes.makeAsyncIterator()
        try folder.link("plugins/tag/..tmp", to: "..2")
        try folder.rename("plugins/tag/..tmp", "plugins/tag/..data")
        #expect(await changes.next() != nil)
        #expect(await site.reload() == .installed(id: site.engine.generation.id))
        let cookie = try #require(try await signIn(site).cookie)
        #expect(site.engine.token(from: [.cookie: cookie])?["role"] == "second")
    }
}
