import Hummingbird
import Logging
import MeasuredSite
import Moongate
import MoongateCurl
import NIOCore

/// The hook as a webhook: a Hummingbird server on loopback, called by the HTTP client that scripts have, which keeps its
/// connection.
struct Webhook: Sendable {
    private let client: CurlFetcher
    private let url: String

    fileprivate init(_ client: CurlFetcher, port: Int) {
        self.client = client
        url = "http://127.0.0.1:\(port)/jwt"
    }

    func call(_ document: [UInt8]) async throws -> [UInt8] {
        let answer = try await client.fetch(
            FetchRequest(
                method: .post, url: url, headers: [.contentType: "application/json"], body: document,
                allowsPrivateAddresses: true))
        guard answer.status == 200 else { throw Site.Unexpected("webhook: \(answer.status)") }
        return answer.body
    }
}

/// Lends the webhook to `body`, as long as its server runs.
func withWebhook(_ body: @escaping @Sendable (Webhook) async throws -> Void) async throws {
    let (ports, sender) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router(), configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
            if let port = channel.localAddress?.port { sender.yield(port) }
            sender.finish()
        }, logger: quiet())
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw Site.Unexpected("webhook: no port") }
        let client = try CurlFetcher()
        defer { client.shutdown() }
        try await body(Webhook(client, port: port))
        group.cancelAll()
        while let _ = try? await group.next() {}
    }
}

private func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.post("/jwt") { request, _ in
        let document = try await request.body.collect(upTo: 1 << 20)
        let token = try ClosureHook.run(Array(buffer: document))
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: token)))
    }
    return router
}

private func quiet() -> Logger {
    var logger = Logger(label: "webhook")
    logger.logLevel = .error
    return logger
}
