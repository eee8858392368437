import HTTPTypes
import MoongateTokens
import Testing

@testable import Moongate

/// `{basePath}/verify` as a proxy sees it.
@Suite struct VerifyTests {
    private static let rules: JSONValue = .object([
        "claims": .array(["plan"]),
        "inject": .object(["X-User-Id": "id", "X-User-Plan": "plan"]),
        "routes": .array([
            .object(["id": "open", "path": "/open/**", "public": true]),
            .object(["id": "mine", "path": "/mine/**", "login": true]),
            .object(["id": "fresh", "path": "/fresh", "login": true, "maxAge": 60]),
        ]),
    ])

    private let site: Site

    init() throws {
        site = try Site { $0.trustedProxies = [NetworkRange("10.0.0.0/8")].compactMap(\.self) }
        let source = RuleSource(
            name: "scripts/rules.lua", value: Self.rules, function: { _ in nil }, line: { _ in nil })
        site.engine.install(
            try Generation(
                id: "g", configuration: site.engine.generation.configuration, rules: try RuleSet([source])))
    }

    private func ask(
        _ target: String, method: HTTPRequest.Method = .get, _ more: HTTPFields = [.accept: "text/html"],
        host: String = "app.example.com", peer: String? = "10.0.0.1", at path: String = "/auth/verify"
    ) async throws -> AuthResponse {
        var headers = more
        for (name, value) in [
            ("x-forwarded-method", "GET"), ("x-forwarded-host", host), ("x-forwarded-uri", target),
            ("x-forwarded-proto", "https"),
        ] { headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        return await site.engine.respond(
            to: AuthRequest(method: method, target: path, headers: headers, peer: peer.map { PeerAddress($0) }))
    }

    private func cookie(age: Int64 = 0) throws -> String {
        let now = site.clock.now().seconds
        let token = try site.sealed([
            "sub": "7", "plan": "gold", "sid": "s", "ver": 0, "auth_time": .integer(now - age),
        ])
        return "\(site.names.session)=\(token)"
    }

    private func header(_ response: AuthResponse, _ name: String) throws -> String? {
        response.headers[try #require(HTTPField.Name(name))]
    }

    @Test func whatIsAllowedIs200WithTheUsersHeaders() async throws {
        let response = try await ask("/mine/a", [.accept: "text/html", .cookie: try cookie()])
        #expect(response.status == .ok)
        #expect(try header(response, "x-user-id") == "7")
        #expect(try header(response, "x-user-plan") == "gold")
        #expect(try header(response, "x-auth-rule") == "mine")
        #expect(try header(response, "x-auth-reason") == "rule.allows")
        #expect(try header(response, "x-moongate-generation") == "g")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.body.isEmpty)
    }

    @Test func nobodysHeadersAreSentEmpty() async throws {
        let response = try await ask("/open/a")
        #expect(response.status == .ok)
        #expect(try header(response, "x-user-id") == "")
        #expect(try header(response, "x-user-plan") == "")
    }

    @Test func aPageLeadsToSignInAndBack() async throws {
        let response = try await ask("/mine/a?b=1")
        #expect(response.status == .found)
        #expect(
            response.location
                == "https://app.example.com/auth/signin?callbackUrl=https%3A%2F%2Fapp.example.com%2Fmine%2Fa%3Fb%3D1")
    }

    @Test func anAPIIsChallenged() async throws {
        let response = try await ask("/mine/a", [.accept: "application/json"])
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate] == "Bearer")
        #expect(response.headers[.location] == nil)
    }

    @Test func anOldSignInIsAskedForAnew() async throws {
        let old = try await ask("/fresh", [.accept: "text/html", .cookie: try cookie(age: 61)])
        #expect(old.status == .found)
        #expect(old.location.hasSuffix("&prompt=login"))
        let fresh = try await ask("/fresh", [.accept: "text/html", .cookie: try cookie(age: 59)])
        #expect(fresh.status == .ok)
    }

    @Test(arguments: [HTTPRequest.Method.get, .head, .post, .put, .delete, .options, .patch, .connect])
    func anyMethodMayAsk(_ method: HTTPRequest.Method) async throws {
        #expect(try await ask("/open/a", method: method).status == .ok)
        #expect(try await ask("/else", method: method).status == .forbidden)
    }

    @Test(arguments: ["192.0.2.1", "127.0.0.1", "::1", nil])
    func aPeerThatIsNotTrustedLearnsNothing(_ peer: String?) async throws {
        let response = try await ask("/open/a", peer: peer)
        #expect(response.status == .forbidden)
        #expect(response.body.isEmpty)
        #expect(response.headers.map(\.name.canonicalName).sorted() == ["cache-control", "x-request-id"])
    }

    @Test func whatIsNotCanonicalIsDeniedToProxiesOfBothKinds() async throws {
        let response = try await ask("/open/../mine/a", [.accept: "text/html", .cookie: try cookie()])
        #expect(response.status == .forbidden)
        #expect(try header(response, "x-auth-reason") == "request.target")
        #expect(try header(response, "x-auth-rule") == "-")
    }

    @Test(arguments: ["/auth/verify/", "/auth//verify", "/auth/verify/x", "/auth/%76erify", "/auth/VERIFY"])
    func verifyHasOneSpelling(_ path: String) async throws {
        #expect(try await ask("/open/a", at: path).status == .badRequest)
    }

    @Test func aSiteOfAnotherOriginIsToldOnce() async throws {
        let first = try await ask("/mine/a", host: "elsewhere.example.com")
        #expect(first.location == "https://app.example.com/auth/signin")
        #expect(!site.engine.isFirstReport("verify.callback"))
    }

    @Test func developmentModeAnswersNoProxy() async throws {
        let dev = try Site("http://localhost:3000") {
            $0.trustedProxies = [NetworkRange("127.0.0.0/8")].compactMap(\.self)
            $0.development = DevelopmentMode(key: Secret("key"))
        }
        let response = await dev.engine.respond(
            to: AuthRequest(
                target: "/auth/verify", authority: "localhost:3000",
                headers: [try #require(HTTPField.Name("x-forwarded-uri")): "/"], peer: PeerAddress("127.0.0.1")))
        #expect(response.status == .forbidden)
    }

    @Test func signInPageOfOneProviderAsksAnew() async throws {
        var browser = Browser(site)
        let all = await browser.get("/auth/signin").text
        #expect(all.contains("/auth/signin/corp\"") && all.contains("/auth/callback/form"))
        let one = await browser.get("/auth/signin?provider=corp&prompt=login").text
        #expect(one.contains("/auth/signin/corp?prompt=login\"") && !one.contains("/auth/callback/form"))
        let unknown = await browser.get("/auth/signin?provider=nobody").text
        #expect(unknown.contains("/auth/callback/form"))
    }
}
