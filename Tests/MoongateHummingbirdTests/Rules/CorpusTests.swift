import HTTPTypes
import Hummingbird
import Logging
import Moongate
import MoongateHummingbird
import MoongateTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import MoongateRuntime

/// One corpus of requests and sessions: the engine, the middleware and `explain` decide alike, to the byte. The sidecar is
/// compared with them from outside, behind real proxies.
@Suite struct CorpusTests {
    private let folder: CorpusFolder
    private let clock = FixedClock()
    private let corpus: Corpus

    init() throws {
        folder = try CorpusFolder()
        corpus = try Corpus(now: clock.now().seconds)
    }

    private func load() async throws -> MoongateService {
        var options = MoongateOptions()
        options.clock = clock
        return try await MoongateService.load(folder.configPath, options: options, logger: Self.quiet)
    }

    private static let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

    private func cookie(_ entry: Corpus.Entry, _ site: MoongateService) throws -> String? {
        guard let name = entry.user else { return nil }
        let claims = try #require(corpus.users[name])
        var user: [String: JSONValue] = [:]
        user["id"] = claims["sub"]
        // What the one-line sign-in adds of its own is taken out again.
        var others = claims.members
        others["auth_time"] = claims["auth_time"] ?? .null
        return try site.engine.signedInCookie(user: user, claims: others)
    }

    /// What `explain --json` prints.
    private func explained() async throws -> [String] {
        let site = try await SiteExplanation(configPath: folder.configPath, clock: clock, logger: Self.quiet)
        var records: [String] = []
        for entry in corpus.entries {
            let claims = entry.user.flatMap { corpus.users[$0] }
            let request = try corpus.request(entry, cookie: nil)
            let record = try await site.explain(request, as: claims.map { .claims($0) } ?? .request)
            records.append(String(decoding: record.canonicalBytes, as: UTF8.self))
        }
        return records
    }

    @Test func corpusIsLargeAndHasEveryVerdict() {
        #expect(corpus.entries.count >= 300)
        let verdicts = Set(corpus.entries.map { $0.expect.prefix { $0 != " " } })
        #expect(verdicts == ["allow", "deny", "login", "redirect", "stepUp", "error"])
    }

    @Test func explainSaysWhatTheCorpusExpects() async throws {
        for (entry, record) in zip(corpus.entries, try await explained()) {
            let decision = try #require(try JSONValue(parsing: Array(record.utf8))["decision"])
            let found = [decision["verdict"], decision["code"], decision["rule"]?["id"]].map { $0?.stringValue ?? "-" }
            #expect(found.joined(separator: " ") == entry.expect, "\(entry.method) \(entry.host)\(entry.target)")
        }
    }

    @Test func engineAndExplainDecideAlike() async throws {
        let site = try await load()
        for entry in corpus.entries {
            let decision = await site.engine.decide(try corpus.request(entry, cookie: cookie(entry, site)))
            #expect(decision.isAllowed == entry.expect.hasPrefix("allow "))
        }
        site.decisions.close()
        try await compare(folder.records())
    }

    @Test func middlewareAndExplainDecideAlikeAndHandlersSeeTheSameIdentity() async throws {
        let site = try await load()
        let router = Router(context: CorpusContext.self)
        router.add(middleware: SessionMiddleware(site.engine))
        router.add(middleware: RulesMiddleware(site.engine))
        router.add(middleware: Echo())
        let responder = router.buildResponder()
        for entry in corpus.entries {
            let asked = try corpus.request(entry, cookie: cookie(entry, site))
            let head = HTTPRequest(
                method: asked.method, scheme: "https", authority: asked.authority, path: asked.target,
                headerFields: asked.headers)
            let context = CorpusContext(ip: entry.ip)
            let response = try await responder.respond(
                to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
            let decision = await site.engine.judge(asked, knowing: nil, isTraced: true).decision
            let isThrough = response.headers[.echo] != nil
            #expect(isThrough == decision.isAllowed && isThrough == entry.expect.hasPrefix("allow "))
            guard isThrough else { continue }
            let expected = decision.identityHeaders.compactMap { header in
                header.value.map { "\(header.name.lowercased())=\($0)" }
            }
            #expect(response.headers[.echo] == expected.joined(separator: "&"), "\(entry.target)")
        }
        site.decisions.close()
        // Every second line is the test's own question.
        let records = try folder.records()
        try await compare(stride(from: 0, to: records.count, by: 2).map { records[$0] })
    }

    private func compare(_ records: [String]) async throws {
        let explained = try await explained()
        #expect(records.count == explained.count)
        for ((entry, record), expected) in zip(zip(corpus.entries, records), explained) {
            #expect(record == expected, "\(entry.method) \(entry.host)\(entry.target) as \(entry.user ?? "nobody")")
        }
    }
}

/// A context with an address of the test's choice.
private struct CorpusContext: AuthRequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    var auth = AuthContext()
    var remoteAddress: SocketAddress?

    init(source: Source) { coreContext = .init(source: source) }

    init(ip: String) {
        self.init(
            source: .init(
                channel: NIOAsyncTestingChannel(), logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }))
        remoteAddress = try? SocketAddress(ipAddress: ip, port: 1)
    }
}

/// Answers everything with the identity that a handler would see.
private struct Echo: RouterMiddleware {
    typealias Context = CorpusContext

    private static let injected = ["x-note", "x-tenant", "x-user-id", "x-user-roles"]

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let seen = Self.injected.flatMap { name in
            request.headers.filter { $0.name.canonicalName.replacing("_", with: "-") == name }.map {
                "\(name)=\($0.value)"
            }
        }
        return Response(status: .ok, headers: [.echo: seen.joined(separator: "&")])
    }
}

extension HTTPField.Name {
    fileprivate static let echo = HTTPField.Name("x-echo").unsafelyUnwrapped  // a literal that is a valid name
}
