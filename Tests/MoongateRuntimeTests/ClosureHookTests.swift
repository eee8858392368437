import HTTPTypes
import Moongate
import MoongateRuntime
import Testing

/// Swift closures beside scripts: the closure first, and whoever of the two refuses or fails, it ends the same.
@Suite struct ClosureHookTests {
    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder(jwt: nil)
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = string.rep('s', 32), database = 'memory:',
              providers = { provider 'credentials' { credentials = { { name = 'username' } } } } }
            """)
        try folder.write(
            "scripts/authorize.lua",
            "return function(p) if p.credentials.username == 'ada' then return { id = 7, name = 'Ada' } end return nil end"
        )
    }

    private func load(_ hooks: Hooks = Hooks()) async throws -> MoongateService {
        try await MoongateService.load(folder.configPath, hooks: hooks)
    }

    /// Posts the form; the answer has the cookies.
    private func signIn(_ site: MoongateService, as name: String = "ada") async throws -> AuthResponse {
        let first = await site.engine.respond(to: AuthRequest(target: "/auth/csrf"))
        let csrf = try Claims(parsing: first.body)["csrfToken"]?.stringValue ?? ""
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .cookie: cookies(first).joined(separator: "; "),
        ]
        let body = Array("username=\(name)&csrfToken=\(csrf)".utf8)
        return await site.engine.respond(
            to: AuthRequest(method: .post, target: "/auth/callback/credentials", headers: headers, body: body))
    }

    private func cookies(_ response: AuthResponse) -> [String] {
        response.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
    }

    private func sessionCookie(_ response: AuthResponse) -> String? {
        cookies(response).first { $0.contains("session-token=") }
    }

    private func session(_ site: MoongateService, _ signedIn: AuthResponse) async throws -> AuthResponse {
        let cookie = try #require(sessionCookie(signedIn))
        return await site.engine.respond(to: AuthRequest(target: "/auth/session", headers: [.cookie: cookie]))
    }

    /// Where the browser is sent, without the incident's number, which is another one each time.
    private func location(_ response: AuthResponse) -> String {
        (response.headers[.location] ?? "").replacing(/incident=[0-9a-f]+/, with: "incident=")
    }

    @Test func sessionScriptIsGivenWhatTheClosureLeft() async throws {
        var hooks = Hooks()
        hooks.session = { session, _ in session["path"] = "swift" }
        try folder.write(
            "scripts/session.lua", "return function(p) p.session.path = p.session.path .. ',lua' return p.session end")
        let site = try await load(hooks)
        let body = try Claims(parsing: try await session(site, signIn(site)).body)
        #expect(body["path"] == "swift,lua")
    }

    @Test func refusalOfAClosureIsThatOfAScript() async throws {
        let allows = "return function(p) return true end"
        try folder.write("scripts/signIn.lua", "return function(p) return deny { code = 'closed' } end")
        let script = try await signIn(load())
        try folder.write("scripts/signIn.lua", allows)
        var hooks = Hooks()
        hooks.signIn = { _ in .deny(Denial(.init("closed"), "closed")) }
        let closure = try await signIn(load(hooks))
        #expect(location(script) == "https://example.com/auth/error?error=AccessDenied")
        #expect(location(closure) == location(script) && closure.status == script.status)
        #expect(sessionCookie(closure) == nil && sessionCookie(script) == nil)
        hooks.signIn = { _ in .allow }
        #expect(try await sessionCookie(signIn(load(hooks))) != nil)
    }

    @Test func closureThatAllowsDoesNotSpeakForTheScript() async throws {
        try folder.write("scripts/signIn.lua", "return function(p) return false end")
        var hooks = Hooks()
        hooks.signIn = { _ in .allow }
        let answer = try await signIn(load(hooks))
        #expect(location(answer).contains("error=AccessDenied") && sessionCookie(answer) == nil)
    }

    @Test func redirectOfAClosurePassesTheSameCheck() async throws {
        var hooks = Hooks()
        hooks.signIn = { _ in .redirect("https://elsewhere.example/") }
        let closure = try await signIn(load(hooks))
        try folder.write("scripts/signIn.lua", "return function(p) return 'https://elsewhere.example/' end")
        let script = try await signIn(load())
        #expect(location(closure) == "https://example.com" && location(script) == location(closure))
        hooks.signIn = { _ in .redirect("/closed") }
        #expect(try await location(signIn(load(hooks))) == "https://example.com/closed")
    }

    @Test func scriptIsAskedAboutCredentialsThatTheClosureDoesNotKnow() async throws {
        var hooks = Hooks()
        hooks.authorize = { input in
            input.credentials["username"] == "grace" ? .user(Claims(["id": "8", "name": "Grace"])) : .refuse
        }
        let site = try await load(hooks)
        for (name, id) in [("ada", "7"), ("grace", "8")] {
            let cookie = try #require(sessionCookie(await signIn(site, as: name)))
            #expect(site.engine.token(from: [.cookie: cookie])?["sub"] == .string(id))
        }
        #expect(try await location(signIn(site, as: "eve")).contains("error=CredentialsSignin"))
    }

    private struct Broken: Error {}

    @Test func closureThatThrowsAtSignInRefusesAsAScriptThatRaises() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw Broken() }
        let closure = try await signIn(load(hooks))
        try folder.write("scripts/jwt.lua", "return function(p) error('broken') end")
        let script = try await signIn(load())
        #expect(location(closure) == "https://example.com/auth/error?error=Configuration&incident=")
        #expect(location(script) == location(closure) && sessionCookie(closure) == nil)
    }

    @Test func closureThatThrowsOnAReadIs503AndLeavesTheCookieAsAScriptThatRaises() async throws {
        var hooks = Hooks()
        hooks.session = { _, _ in throw Broken() }
        var site = try await load(hooks)
        let closure = try await session(site, signIn(site))
        try folder.write("scripts/session.lua", "return function(p) error('broken') end")
        site = try await load()
        let script = try await session(site, signIn(site))
        #expect(closure.status == .serviceUnavailable && closure.headers[.retryAfter] == "1")
        #expect(script.status == closure.status && script.body == closure.body)
        #expect(!cookies(closure).contains { $0.contains("session-token") })
    }

    @Test func reservedClaimsKeepTheirValueFromClosuresToo() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["sub"] = "1"
            token["role"] = "admin"
            return .keep
        }
        let site = try await load(hooks)
        let cookie = try #require(sessionCookie(await signIn(site)))
        let token = try #require(site.engine.token(from: [.cookie: cookie]))
        #expect(token["sub"] == "7" && token["role"] == "admin")
    }

    @Test func closuresStayThroughAReloadAndARollback() async throws {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            token["tenant"] = "acme"
            return .keep
        }
        let site = try await load(hooks)
        func tenant() async throws -> JSONValue? {
            let cookie = try #require(sessionCookie(await signIn(site)))
            return site.engine.token(from: [.cookie: cookie])?["tenant"]
        }
        try folder.write("scripts/jwt.lua", "return function(p) p.token.role = 'user' return p.token end")
        guard case .installed = await site.reload() else {
            Issue.record("not reloaded")
            return
        }
        #expect(try await tenant() == "acme")
        guard case .installed = await site.rollBack() else {
            Issue.record("not rolled back")
            return
        }
        #expect(try await tenant() == "acme")
    }
}
