import HTTPTypes
import Moongate
import MoongateRuntime
import Testing

/// Which sites answer on the calling thread. That the answers are those of the ordinary way is tested from outside.
@Suite struct ImmediateAnswerTests {
    private let folder: ReloadFolder

    init() throws { folder = try ReloadFolder() }

    private func engine(
        jwt: String = "return function(p) return p.token end", rules: String? = nil, proxies: String = "'127.0.0.1/32'"
    ) async throws -> Engine {
        try folder.write("scripts/jwt.lua", jwt)
        if let rules { try folder.write("scripts/rules.lua", rules) }
        try folder.write(
            "config.lua",
            "return { url = 'https://example.com', secret = string.rep('s', 32), trustedProxies = { \(proxies) } }")
        return try await MoongateService.load(folder.configPath).engine
    }

    private func reads(_ engine: Engine) -> Bool {
        engine.answerAtOnce(target: "/auth/session", cookies: [], peer: nil) != nil
    }

    private func verifies(_ engine: Engine, _ path: String = "/mine") -> Bool {
        let headers: HTTPFields = [
            .init("X-Forwarded-Method")!: "GET", .init("X-Forwarded-Host")!: "example.com",  // Literals: valid names.
            .init("X-Forwarded-Uri")!: path,
        ]
        let request = AuthRequest(
            target: "/auth/verify", authority: "example.com", headers: headers, peer: PeerAddress("127.0.0.1"))
        return engine.verifyAtOnce(request) != nil
    }

    private let rules = "return { routes = { { path = '/mine', login = true, when = function(c) return true end } } }"

    @Test func scriptsThatDoNotWaitAreAnsweredAtOnce() async throws {
        let engine = try await engine(rules: rules)
        #expect(reads(engine))
        #expect(verifies(engine))
    }

    @Test func hookThatMayLogIsNotBegunTwice() async throws {
        let engine = try await engine(jwt: "return function(p) log.info('x') return p.token end", rules: rules)
        #expect(!reads(engine))
        #expect(!verifies(engine))
    }

    @Test func functionOfTheRulesThatMayLogIsNotBegunTwice() async throws {
        let logging =
            "return { routes = { { path = '/mine', public = true, when = function(c) log.info('x') return true end } } }"
        #expect(!verifies(try await engine(rules: logging)))
    }

    @Test func nobodyAsksWhereNoProxyIsTrusted() async throws {
        let engine = try await engine(rules: rules, proxies: "")
        #expect(engine.immediateVerifyTarget == nil && engine.immediateTarget != nil)
    }

    @Test func whoIsNoTrustedPeerTakesTheOrdinaryWay() async throws {
        #expect(!verifies(try await engine(rules: rules, proxies: "'192.0.2.1/32'")))
    }

    @Test func functionThatWaitsTakesTheOrdinaryWayAndTheNextOnesToo() async throws {
        let waiting =
            "return { routes = { { path = '/slow', public = true, when = function(c) local n = 0 for i = 1, 1000000 do n = n + i end return true end }, "
            + "{ path = '/mine', public = true } } }"
        let engine = try await engine(rules: waiting)
        #expect(verifies(engine))
        #expect(!verifies(engine, "/slow"))
        #expect(!verifies(engine))
    }
}
