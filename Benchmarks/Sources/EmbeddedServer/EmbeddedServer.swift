import Hummingbird
import Logging
import Moongate
import MoongateHummingbird
import MoongateRuntime

/// A server of one's own with a route behind the engine's middleware: `EmbeddedServer PORT FOLDER bare|unread|read|rules`.
@main
struct EmbeddedServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = Int(arguments[1]) else {
            print("usage: EmbeddedServer PORT FOLDER bare|unread|read|rules")
            return
        }
        var logger = Logger(label: "embedded")
        logger.logLevel = .warning
        let site = try await MoongateService.load(arguments[2] + "/config.lua", logger: logger)
        let router = Router(context: AuthServerContext.self)
        let mode = arguments[3]
        if mode != "bare" { router.add(middleware: SessionMiddleware(site.engine)) }
        if mode == "rules" { router.add(middleware: RulesMiddleware(site.engine)) }
        let body = ByteBuffer(string: #"{"answer":""# + String(repeating: "a", count: 187) + #""}"#)
        router.get("/account/me") { _, context in
            if mode == "read", try await context.auth.session() == nil { throw HTTPError(.unauthorized) }
            return Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: "bare"),
            services: [site], logger: logger)
        try await application.runService()
    }
}
