import HTTPTypes
import Moongate
import MoongateRuntime
import Testing

/// A site from its files to a signed-in user, without a server.
@Suite struct MoongateServiceTests {
    private static let authorize = """
        return function(p)
          if p.credentials.username == 'ada' then return { id = 7, name = 'Ada' } end
          return nil
        end
        """

    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder(jwt: "return function(p) p.token.role = 'admin' return p.token end")
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = string.rep('s', 32), database = 'memory:',
              providers = { provider 'credentials' { credentials = { { name = 'username' } } } } }
            """)
        try folder.write("scripts/authorize.lua", Self.authorize)
    }

    private func load(usesScripts: Bool = true, hooks: Hooks = Hooks()) async throws -> MoongateService {
        var options = MoongateOptions()
        options.usesScripts = usesScripts
        return try await MoongateService.load(folder.configPath, hooks: hooks, options: options)
    }

    /// The claims of the token that a sign-in with the form gives; `nil` when it gives none.
    private func signIn(_ site: MoongateService, as name: String) async throws -> Claims? {
        let first = await site.engine.respond(to: AuthRequest(target: "/auth/csrf"))
        let csrf = try Claims(parsing: first.body)["csrfToken"]?.stringValue ?? ""
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .cookie: cookies(first).joined(separator: "; "),
        ]
        let body = Array("username=\(name)&csrfToken=\(csrf)".utf8)
        let response = await site.engine.respond(
            to: AuthRequest(method: .post, target: "/auth/callback/credentials", headers: headers, body: body))
        let sealed = cookies(response).first { $0.contains("session-token=") }
        return site.engine.token(from: sealed.map { [.cookie: $0] } ?? [:])
    }

    private func cookies(_ response: AuthResponse) -> [String] {
        response.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
    }

    @Test func siteSignsInWhomItsScriptKnows() async throws {
        let site = try await load()
        let token = try #require(await signIn(site, as: "ada"))
        #expect(token["sub"] == "7" && token["role"] == "admin")
        #expect(await site.isReady() && !site.scriptsAreOff)
    }

    @Test func siteSignsInNobodyElse() async throws {
        #expect(try await signIn(load(), as: "eve") == nil)
    }

    @Test func closureRunsBeforeTheScript() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["role"] = "guest"; token["tenant"] = "acme"
            return .keep
        }
        let token = try #require(await signIn(load(hooks: hooks), as: "ada"))
        #expect(token["role"] == "admin" && token["tenant"] == "acme")
    }

    @Test func siteWithoutScriptsSignsInNobodyUnlessItsConfigurationAllowsThat() async throws {
        var hooks = Hooks()
        hooks.authorize = { _ in .user(Claims(["id": "8"])) }
        let strict = try await load(usesScripts: false, hooks: hooks)
        #expect(strict.scriptsAreOff)
        #expect(try await signIn(strict, as: "ada") == nil)
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = string.rep('s', 32), database = 'memory:',
              scripts = { noScripts = 'allow' },
              providers = { provider 'credentials' { credentials = { { name = 'username' } } } } }
            """)
        #expect(try await signIn(load(usesScripts: false, hooks: hooks), as: "ada")?["sub"] == "8")
    }

    @Test func reloadOfTheSameFilesIsUnchanged() async throws {
        let site = try await load()
        let id = site.engine.generation.id
        #expect(await site.reload() == .unchanged)
        #expect(site.engine.generation.id == id)
    }

    @Test func reloadOfAChangedScriptIsInstalledAndAtWork() async throws {
        let site = try await load()
        try folder.write("scripts/jwt.lua", "return function(p) p.token.role = 'user' return p.token end")
        let outcome = await site.reload()
        #expect(outcome == .installed(id: site.engine.generation.id))
        #expect(try await signIn(site, as: "ada")?["role"] == "user")
        #expect(await site.reload() == .unchanged)
    }

    @Test(arguments: ["return function(", "error('x')", "return 1", "return require 'missing'"])
    func brokenScriptIsRefusedAndTheGenerationBeforeServes(_ text: String) async throws {
        let site = try await load()
        let id = site.engine.generation.id
        try folder.write("scripts/jwt.lua", text)
        guard case .refused(let problems) = await site.reload() else {
            Issue.record("installed")
            return
        }
        #expect(problems.count == 1 && problems[0].file == "scripts/jwt.lua")
        #expect(site.engine.generation.id == id)
        #expect(try await signIn(site, as: "ada")?["role"] == "admin")
    }

    @Test func brokenConfigurationIsRefusedAndRepairedFilesAreTaken() async throws {
        let site = try await load()
        try folder.write("scripts/authorize.lua", "return 1")
        guard case .refused = await site.reload() else {
            Issue.record("installed")
            return
        }
        try folder.write("scripts/authorize.lua", Self.authorize + "\n")
        guard case .installed = await site.reload() else {
            Issue.record("refused")
            return
        }
        #expect(try await signIn(site, as: "ada") != nil)
    }

    @Test func missingConfigurationIsASiteError() async throws {
        await #expect(throws: SiteError.self) { try await MoongateService.load(folder.path + "/none.lua") }
    }
}
