import HTTPTypes
import Logging
import Moongate
import MoongateCurl

/// Judges requests by a site's files without serving them: `moongate explain`.
public struct SiteExplanation: Sendable {
    /// Who asks.
    public enum Subject: Sendable {
        /// Whoever the request's own cookie or `Authorization` says: hooks run, as they would when it is served.
        case request
        /// A user with these claims, as rules see them after all hooks.
        case claims(Claims)
    }

    /// The site's address, for requests that name no host.
    public let origin: Origin
    private let engine: Engine

    /// Reads the files of a site; opens no database and no port.
    /// - Throws: ``SiteError`` with all that is wrong with the configuration, `ScriptSetError` where scripts are.
    public init(configPath: String, clock: any AuthClock = SystemClock(), logger: Logger = Logger(label: "moongate"))
        async throws
    {
        // Why a test fails is what one may want to know.
        let site = try await SiteCheck(configPath: configPath, testsRules: false, logger: logger).run()
        let generation = try MoongateService.generation(site.loaded, Hooks(), port: nil)
        origin = generation.configuration.origin
        engine = Engine(generation, ports: Ports(store: nil, http: try CurlFetcher(), clock: clock), logger: logger)
    }

    /// How a request would be judged.
    /// - Throws: ``SiteError`` for a session that only the running server's database has.
    public func explain(_ request: AuthRequest, as subject: Subject = .request) async throws -> DecisionRecord {
        let session: SessionRead?
        switch subject {
        case .claims(let claims): session = SessionRead(assuming: claims)
        case .request:
            session = nil
            if engine.generation.configuration.session.strategy == .database, request.headers[.cookie] != nil {
                throw SiteError(
                    "with session.strategy = \"database\" a cookie is a row's key, and no database is opened here: "
                        + "give the user's claims with --as FILE")
            }
        }
        // The address that was asked about is the client's, also where the site has a proxy of that address.
        let address = request.headers[values: .forwardedFor].isEmpty ? request.peer?.text : nil
        return DecisionRecord(await engine.judge(request, knowing: session, ip: address, isTraced: true))
    }
}
