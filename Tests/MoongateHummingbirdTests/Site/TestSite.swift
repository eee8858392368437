import HTTPTypes
import Hummingbird
import Logging
import Moongate
import MoongateHummingbird
import MoongateTesting
import NIOCore
import NIOEmbedded
import Synchronization

/// A context as a server of one's own has it.
struct TestContext: AuthRequestContext {
    var coreContext: CoreRequestContextStorage
    var auth = AuthContext()

    init(source: Source) { coreContext = .init(source: source) }
}

/// An engine by values, and a router before which its middleware stands. No socket.
struct TestSite {
    let engine: Engine
    let clock = FixedClock()
    let log = LogLines()
    let router: Router<TestContext>

    init(
        hooks: Hooks = Hooks(), strategy: SessionConfiguration.Strategy = .jwt, store: (any AuthStore)? = nil,
        basePath: String = "/auth", secret: String = "a secret of a test, long enough", installed: Bool = true,
        rules: RuleSet = .none, scripts: (any HookRunner)? = nil, scriptsAreOff: Bool = false
    ) throws {
        guard let origin = Origin("https://app.example.com") else { throw StoreError(.configuration, "no origin") }
        var configuration = Configuration(origin: origin, secrets: [Secret(secret)])
        configuration.session.strategy = strategy
        configuration.basePath = basePath
        let generation = try Generation(
            id: "g", configuration: configuration, hooks: hooks, scripts: scripts, rules: rules,
            scriptsAreOff: scriptsAreOff)
        engine = Engine(
            generation, ports: Ports(store: store, http: NoNetwork(), clock: clock), logger: log.logger)
        router = Router(context: TestContext.self)
        if installed { router.add(middleware: SessionMiddleware(engine)) }
    }

    /// Another generation of the same configuration.
    func generation(id: String, rules: RuleSet) throws -> Generation {
        try Generation(id: id, configuration: engine.generation.configuration, rules: rules)
    }

    /// A `Cookie` field of Ada.
    func ada(_ claims: [String: JSONValue] = [:]) throws -> String {
        try engine.signedInCookie(user: ["id": "7", "name": "Ada"], claims: claims)
    }

    /// One request to the routes that were added.
    func get(_ target: String, cookie: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        var headers = headers
        headers[.cookie] = cookie
        let head = HTTPRequest(
            method: .get, scheme: "https", authority: "app.example.com", path: target, headerFields: headers)
        let context = TestContext(
            source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: log.logger))
        let response = try await router.buildResponder().respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
        return Answer(response: response, text: try await Body.text(response.body))
    }
}

/// A response with its body.
struct Answer {
    let response: Response
    let text: String
    var status: HTTPResponse.Status { response.status }
    var cookies: [String] { response.headers[values: .setCookie] }
    var cacheControl: String? { response.headers[.cacheControl] }
}

/// Log lines with their metadata, for tests that look at them.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(fields)") }
        }
    }
}

private struct NoNetwork: HTTPFetcher {
    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        throw FetchError(.unreachable, "there is no network in this test")
    }
}

private struct Body: ResponseBodyWriter {
    private final class Bytes: Sendable {
        let all = Mutex<[UInt8]>([])
    }

    private let bytes = Bytes()

    static func text(_ body: ResponseBody) async throws -> String {
        let writer = Body()
        try await body.write(writer)
        return writer.bytes.all.withLock { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ buffer: ByteBuffer) async throws {
        bytes.all.withLock { $0 += Array(buffer.readableBytesView) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
