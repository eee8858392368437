import HTTPTypes
import Logging
import Moongate
import MoongateRuntime
import ServiceLifecycle

/// `AnyServer [PORT]`, beside a config.lua: the engine's endpoints, and one page of its own.
@main
struct Main {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8081
        let moongate = try await MoongateService.load("config.lua")
        let site = Site(engine: moongate.engine)
        let server = NIOServer(port: port) { await site.respond(to: $0) }
        // The last of them stops first: the server, then what its requests have used.
        let services = ServiceGroup(
            configuration: .init(
                services: [moongate, server], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "any-server")))
        try await services.run()
    }
}

/// Requests in, answers out: nothing here knows a socket.
struct Site: Sendable {
    let engine: Engine

    func respond(to request: AuthRequest) async -> AuthResponse {
        if engine.handles(request.target) { return await engine.respond(to: request) }
        guard request.method == .get || request.method == .head else { return Self.text(.methodNotAllowed, "GET only") }
        return request.target == "/" ? await hello(request) : Self.text(.notFound, "Not found")
    }

    /// A page for one person: the session is read as the endpoints read it, and what it sets goes out with the answer.
    private func hello(_ request: AuthRequest) async -> AuthResponse {
        do {
            let read = try await engine.session(from: request)
            let name = read.session?["user"]?["name"]?.stringValue ?? "stranger"
            var response = Self.text(.ok, "Hello, \(name)")
            for cookie in read.setCookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
            return response
        } catch {
            // A hook or the store failed: nobody is signed out by that, and nobody is let in.
            var response = Self.text(.serviceUnavailable, "Please try again")
            response.headers[.retryAfter] = "1"
            return response
        }
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> AuthResponse {
        AuthResponse(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "private, no-cache"],
            body: Array((text + "\n").utf8))
    }
}
