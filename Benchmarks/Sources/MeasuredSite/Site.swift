import HTTPTypes
import Logging
import Moongate
import MoongateLua
import MoongateTokens

/// The measured site: the scripts of `Benchmarks/site`, a token with 20 groups, a browser that has all three cookies.
package struct Site {
    static let secret = Secret("benchmark-secret-0123456789-0123456789")

    package let scripts: LuaHookRunner
    /// The claims with times and `jti`: what is sealed.
    package let payload: [UInt8]
    package let keys: SealingKeys
    private let folder: String

    package init(_ folder: String) throws {
        self.folder = folder
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        scripts = try LuaHookRunner(
            ScriptSet.load(folder + "/scripts"), limits: ScriptLimits(), clock: SystemClock(), logger: logger)
        try scripts.warm(4)
        keys = try SealingKeys(secrets: [Self.secret], salt: "authjs.session-token")
        let now = SystemClock().now().seconds
        payload = try TokenPayload.stamped(
            claims(in: folder), iat: now, exp: now + 2_592_000, jti: uuidV4(from: randomBytes(16)))
    }

    /// An engine over this site.
    package func engine(reissues: Bool, hooks: Bool = true) throws -> Engine {
        guard let origin = Origin("http://localhost:3000") else { throw Unexpected("not an origin") }
        var configuration = Configuration(origin: origin, secrets: [Self.secret])
        configuration.session.alwaysReissues = reissues
        let generation = try Generation(id: "bench", configuration: configuration, scripts: hooks ? scripts : nil)
        return Engine(generation, ports: Ports(store: nil, http: NoNetwork()))
    }

    /// What a signed-in browser sends, as an HTTP server hands it over: one field for each cookie.
    package func request(_ target: String) throws -> AuthRequest {
        let csrf = String(repeating: "a", count: 64)
        let digest = SHA256.hash(Array(csrf.utf8) + Self.secret.bytes)
        let token = String(decoding: try keys.seal(payload), as: UTF8.self)
        let cookies = [
            "authjs.csrf-token=\(csrf)%7C\(Hex.encode(digest))",
            "authjs.callback-url=http%3A%2F%2Flocalhost%3A3000",
            "authjs.session-token=\(token)",
        ]
        var headers: HTTPFields = [.userAgent: "bench", .accept: "*/*"]
        for cookie in cookies { headers.append(HTTPField(name: .cookie, value: cookie)) }
        return AuthRequest(target: target, authority: "localhost:3000", headers: headers)
    }

    /// Something is not as the benchmark needs it.
    package struct Unexpected: Error {
        package let what: String
        package init(_ what: String) { self.what = what }
    }
}

/// Nothing is fetched here.
private struct NoNetwork: HTTPFetcher {
    func fetch(_ request: FetchRequest) async throws -> FetchResponse { throw FetchError(.unreachable, "no network") }
}
