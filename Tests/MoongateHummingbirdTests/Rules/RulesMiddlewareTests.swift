import HTTPTypes
import Hummingbird
import Moongate
import MoongateHummingbird
import MoongateTesting
import NIOEmbedded
import Synchronization
import Testing

/// What a client is answered where rules stand before the routes.
@Suite struct RulesMiddlewareTests {
    private let rules: RuleSet

    init() throws {
        let source = RuleSource(
            name: "scripts/rules.lua",
            value: [
                "inject": ["X-User-Id": "id", "X-User-Roles": "roles"],
                "routes": [
                    ["path": "/open", "public": true], ["path": "/in", "login": true],
                    ["path": "/admin", "roles": ["any": ["admin"]]], ["path": "/bank", "maxAge": 60],
                    ["path": "/read", "scopes": ["read"]],
                    ["path": "/when", "login": true, "when": ["@function": "when"]],
                ],
            ], function: { _ in HookReference(index: 0, file: "scripts/rules.lua") }, line: { _ in 1 })
        rules = try RuleSet([source])
    }

    private func site(
        hooks: Hooks = Hooks(), scripts: (any HookRunner)? = nil, scriptsAreOff: Bool = false, withSession: Bool = true
    ) throws -> TestSite {
        let site = try TestSite(
            hooks: hooks, installed: withSession, rules: rules, scripts: scripts, scriptsAreOff: scriptsAreOff)
        site.router.add(middleware: RulesMiddleware(site.engine))
        for path in ["/open", "/in", "/admin", "/bank", "/read", "/when"] {
            site.router.get(RouterPath(path)) { request, context in
                let fields = request.headers.filter { $0.name.canonicalName.hasPrefix("x") }
                let name = try await context.auth.session()?["user"]?["name"]?.stringValue ?? "nobody"
                return ([name] + fields.map { "\($0.name.canonicalName)=\($0.value)" }).joined(separator: " ")
            }
        }
        return site
    }

    private static let page: HTTPFields = [.accept: "text/html,*/*;q=0.8"]

    @Test func openRouteNeedsNobody() async throws {
        let answer = try await site().get("/open")
        #expect(answer.status == .ok && answer.text == "nobody")
    }

    @Test func unknownRouteIsDeniedBeforeTheRouterIsAsked() async throws {
        #expect(try await site().get("/nowhere").status == .forbidden)
    }

    @Test func strangerOnAPageIsSentToSignInAndBack() async throws {
        let answer = try await site().get("/in?a=1", headers: Self.page)
        #expect(answer.status == .found)
        #expect(
            answer.response.headers[.location]
                == "https://app.example.com/auth/signin?callbackUrl=https%3A%2F%2Fapp.example.com%2Fin%3Fa%3D1")
    }

    @Test func programIsAnsweredWithAChallenge() async throws {
        let answer = try await site().get("/in", headers: [.accept: "application/json"])
        #expect(answer.status == .unauthorized && answer.response.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test func clientLearnsNothingOfRules() async throws {
        for target in ["/in", "/nowhere", "/open"] {
            let answer = try await site().get(target)
            #expect(!answer.response.headers.contains { $0.name.canonicalName.hasPrefix("x-auth") })
        }
    }

    @Test func signedInUserIsLetThroughAndKnownToTheRoute() async throws {
        let site = try site()
        let answer = try await site.get("/admin", cookie: site.ada(["roles": ["admin"]]))
        #expect(answer.status == .ok && answer.text == "Ada x-user-id=7 x-user-roles=admin")
        #expect(try await site.get("/admin", cookie: site.ada(["roles": ["editor"]])).status == .forbidden)
    }

    @Test(arguments: ["X-User-Id", "x-user-id", "X_User_Id", "x_user-id", "X-USER_ID"])
    func identityThatAClientSendsIsTakenOut(name: String) async throws {
        let site = try site()
        var headers = HTTPFields()
        headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: "1"))
        headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: "2"))
        #expect(try await site.get("/open", headers: headers).text == "nobody")
        let answer = try await site.get("/in", cookie: site.ada(), headers: headers)
        #expect(answer.text == "Ada x-user-id=7 x-user-roles=")
    }

    @Test func missingScopeAndOldSignInAreToldByRFC6750AndRFC9470() async throws {
        let site = try site()
        let scope = try await site.get("/read", cookie: site.ada())
        #expect(scope.status == .forbidden)
        #expect(
            scope.response.headers[.wwwAuthenticate] == #"Bearer error="insufficient_scope", scope="read""#)
        let old = try await site.get("/bank", cookie: site.ada(["auth_time": 1]))
        #expect(old.status == .unauthorized)
        #expect(old.response.headers[.wwwAuthenticate]?.contains("insufficient_user_authentication") == true)
    }

    // MARK: one read of the session

    /// Counts reads, and changes the token so that each read re-issues it.
    private final class Reads: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }

        var hooks: Hooks {
            var hooks = Hooks()
            hooks.jwt = { [self] token, _ in
                token["reads"] = .integer(
                    Int64(
                        number.withLock {
                            $0 += 1; return $0
                        }))
                return .keep
            }
            return hooks
        }
    }

    @Test(arguments: [true, false])
    func sessionIsReadOnceAndItsCookieGoesOutOnce(withSession: Bool) async throws {
        let reads = Reads()
        let site = try site(hooks: reads.hooks, withSession: withSession)
        let answer = try await site.get("/in", cookie: site.ada())
        #expect(answer.status == .ok && reads.count == 1 && answer.cookies.count == 1)
        #expect(answer.cacheControl == "private, no-cache")
    }

    @Test(arguments: [true, false])
    func cookieGoesOutOnceWithARefusalToo(withSession: Bool) async throws {
        let reads = Reads()
        let site = try site(hooks: reads.hooks, withSession: withSession)
        let answer = try await site.get("/admin", cookie: site.ada())
        #expect(answer.status == .forbidden && reads.count == 1 && answer.cookies.count == 1)
        #expect(answer.cacheControl == "no-store")
    }

    @Test func openRouteThatAsksForNothingReadsNothing() async throws {
        let reads = Reads()
        let site = try TestSite(hooks: reads.hooks, rules: rules)
        site.router.add(middleware: RulesMiddleware(site.engine))
        site.router.get("/open") { _, _ in "open" }
        let answer = try await site.get("/open", cookie: site.ada())
        #expect(answer.text == "open" && reads.count == 0 && answer.cookies.isEmpty && answer.cacheControl == nil)
    }

    @Test func sessionThatWasReadBeforeIsNotReadAgain() async throws {
        let reads = Reads()
        let site = try TestSite(hooks: reads.hooks, rules: rules)
        site.router.add(middleware: AsksFirst())
        site.router.add(middleware: RulesMiddleware(site.engine))
        site.router.get("/in") { _, _ in "in" }
        let answer = try await site.get("/in", cookie: site.ada())
        #expect(answer.text == "in" && reads.count == 1 && answer.cookies.count == 1)
    }

    private struct AsksFirst: RouterMiddleware {
        typealias Context = TestContext
        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            _ = try await context.auth.session()
            return try await next(request, context)
        }
    }

    // MARK: faults

    private func expectClosed(_ answer: Answer, _ what: String) {
        #expect(answer.status == .serviceUnavailable, "\(what)")
        #expect(answer.response.headers[.retryAfter] == "1", "\(what)")
        #expect(answer.cookies.isEmpty && answer.cacheControl == "no-store", "\(what)")
        #expect(!answer.text.contains("Ada"), "\(what)")
    }

    private static let failures: [(String, HookStep)] = [
        ("raises", .failed(ScriptFailure(code: "script.error", message: "boom"))),
        ("no value", .failed(ScriptFailure(code: "hook.noReturn", message: "no value"))),
        ("wrong type", .returned(.value(Array("1".utf8), restored: []))),
        ("text", .returned(.value(Array(#""true""#.utf8), restored: []))),
        ("null", .returned(.null)),
        ("look-alike verdict", .returned(.value(Array(#"{"allow":true}"#.utf8), restored: []))),
        ("verdict", .returned(.verdict(.allow(headers: [:])))),
        ("steps", .failed(ScriptFailure(code: "script.steps", message: "too many"))),
        ("memory", .failed(ScriptFailure(code: "script.memory", message: "too much"))),
        ("time", .failed(ScriptFailure(code: "script.wall", message: "too long"))),
        ("overloaded", .failed(ScriptFailure(code: "overloaded", message: "full"))),
    ]

    @Test(arguments: failures)
    func functionThatCannotBeJudgedLetsNobodyIn(what: String, step: HookStep) async throws {
        let site = try site(scripts: OneAnswer(step))
        expectClosed(try await site.get("/when", cookie: site.ada()), what)
    }

    @Test func functionThatSaysTrueLetsIn() async throws {
        let site = try site(scripts: OneAnswer(.returned(.value(Array("true".utf8), restored: []))))
        #expect(try await site.get("/when", cookie: site.ada()).status == .ok)
    }

    @Test func functionThatSaysFalseDoesNot() async throws {
        let site = try site(scripts: OneAnswer(.returned(.value(Array("false".utf8), restored: []))))
        #expect(try await site.get("/when", cookie: site.ada()).status == .forbidden)
    }

    @Test func fullPoolLetsNobodyIn() async throws {
        let site = try site(scripts: OneAnswer(nil))
        expectClosed(try await site.get("/when", cookie: site.ada()), "no worker is free")
    }

    @Test func failingHookOfTheSessionLetsNobodyIn() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StoreError(.unavailable, "the directory is down") }
        let site = try site(hooks: hooks)
        expectClosed(try await site.get("/in", cookie: site.ada()), "hook")
    }

    @Test func storeThatIsDownLetsNobodyIn() async throws {
        let site = try TestSite(strategy: .database, store: nil, rules: rules)
        site.router.add(middleware: RulesMiddleware(site.engine))
        site.router.get("/in") { _, _ in "in" }
        expectClosed(try await site.get("/in", cookie: "__Secure-authjs.session-token=t"), "store")
    }

    @Test func withoutScriptsNothingIsLetThrough() async throws {
        let site = try site(scriptsAreOff: true)
        for target in ["/open", "/in"] {
            #expect(try await site.get(target, cookie: site.ada()).status == .forbidden)
        }
    }

    @Test func withoutRulesNothingIsLetThrough() async throws {
        let site = try TestSite()
        site.router.add(middleware: RulesMiddleware(site.engine))
        site.router.get("/open") { _, _ in "open" }
        #expect(try await site.get("/open").status == .forbidden)
    }

    @Test(arguments: ["//in", "/in/../open", "/%6fpen", "/open;x", "/open#in", "http://app.example.com/open"])
    func targetThatIsNotCanonicalIsDenied(target: String) async throws {
        #expect(try await site().get(target).status == .forbidden)
    }

    /// The old generation's rules decide to the end, although another one serves by then.
    @Test func swapWhileAFunctionWaitsEndsOnTheOldRules() async throws {
        let kept = Kept()
        let yes = HookStep.returned(.value(Array("true".utf8), restored: []))
        let site = try site(scripts: OneAnswer(yes) { kept.run() })
        let (engine, next) = (site.engine, try site.generation(id: "next", rules: .none))
        kept.set { engine.install(next) }
        let cookie = try site.ada()
        #expect(try await site.get("/when", cookie: cookie).status == .ok)
        #expect(site.engine.generation.id == "next")
        #expect(try await site.get("/when", cookie: cookie).status == .forbidden)
    }

    /// A request is answered by one generation: that which gave its session judges it.
    @Test func swapBetweenTheSessionAndTheRulesEndsOnTheOldRules() async throws {
        let site = try TestSite(rules: rules)
        site.router.add(
            middleware: ReadThenSwap(engine: site.engine, next: try site.generation(id: "next", rules: .none)))
        site.router.add(middleware: RulesMiddleware(site.engine))
        site.router.get("/in") { _, _ in "in" }
        let cookie = try site.ada()
        #expect(try await site.get("/in", cookie: cookie).status == .ok)
        #expect(site.engine.generation.id == "next")
        #expect(try await site.get("/in", cookie: cookie).status == .forbidden)
    }

    private struct ReadThenSwap: RouterMiddleware {
        let engine: Engine
        let next: Generation

        func handle(
            _ request: Request, context: TestContext, next: (Request, TestContext) async throws -> Response
        ) async throws -> Response {
            _ = try await context.auth.session()
            engine.install(self.next)
            return try await next(request, context)
        }
    }

    /// What to do later, known only when the engine is.
    private final class Kept: Sendable {
        private let work = Mutex<(@Sendable () -> Void)?>(nil)
        func set(_ work: @escaping @Sendable () -> Void) { self.work.withLock { $0 = work } }
        func run() { work.withLock { $0 }?() }
    }
}
