import Hummingbird
import Logging

/// The floor that everything is compared with: a Hummingbird server with one route that answers 200 bytes of JSON.
@main
struct BareServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 2, let port = Int(arguments[1]) else {
            print("usage: BareServer PORT")
            return
        }
        let body = ByteBuffer(string: #"{"answer":""# + String(repeating: "a", count: 187) + #""}"#)
        let router = Router()
        router.get("/auth/session") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
        // As `moongate serve` is set up: same event loops, same log level, a server name.
        var logger = Logger(label: "bare")
        logger.logLevel = .warning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: "bare"),
            logger: logger)
        try await application.runService()
    }
}
