import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Moongate
import MoongateCurl
import MoongateHummingbird
import MoongateRuntime
import MoongateTesting
import ServiceLifecycle
import Testing

/// Two sites of different files in one process and behind one router, asked over real HTTP.
@Suite struct TwoEnginesTests {
    private struct Members: Decodable {
        let site: String
        let name: String
    }

    /// A folder with a configuration and a `session.lua` that says whose it is.
    private final class Folder: Sendable {
        let path: String

        init(_ name: String) throws {
            path = FileManager.default.temporaryDirectory.appending(path: "moongate-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: "\(path)/scripts", withIntermediateDirectories: true)
            try write(
                "config.lua",
                "return { url = 'http://localhost:3000', basePath = '/\(name)/auth', secret = string.rep('\(name)', 32) }"
            )
            try write("scripts/session.lua", "return function(p) p.session.user.site = '\(name)' return p.session end")
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        private func write(_ name: String, _ text: String) throws {
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        }
    }

    private func load(_ folder: Folder) async throws -> MoongateService {
        try await MoongateService.load(
            "\(folder.path)/config.lua", logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
    }

    private func router(_ sites: [(String, MoongateService)]) -> Router<AuthServerContext> {
        let router = Router(context: AuthServerContext.self)
        for (_, site) in sites { router.add(middleware: AuthRoutes(site.engine)) }
        for (name, site) in sites {
            router.group("\(name)").add(middleware: SessionMiddleware(site.engine)).get("me") { _, context in
                let user = try await context.auth.user(as: Members.self)
                return "\(user.name) of \(user.site)"
            }
        }
        return router
    }

    /// Serves on a port that the system chooses, until `body` has ended; then everything stops by itself.
    private func serving<Result: Sendable>(
        _ router: Router<AuthServerContext>, _ services: [any Service],
        _ body: @Sendable (_ origin: String) async throws -> Result
    ) async throws -> Result {
        let (ports, found) = AsyncStream<Int>.makeStream()
        let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            services: services, onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [application], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = await ports.first { _ in true } ?? 0
            let result = try await body("http://127.0.0.1:\(port)")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    private struct Client {
        let origin: String
        let fetcher: CurlFetcher

        func get(_ path: String, _ cookie: String) async throws -> (status: Int, text: String) {
            let answer = try await fetcher.fetch(
                FetchRequest(url: origin + path, headers: [.cookie: cookie], allowsPrivateAddresses: true))
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
    }

    private func expectOwnSessions(_ client: Client, ada: String, grace: String) async throws {
        #expect(try await client.get("/one/me", ada) == (200, "Ada of one"))
        #expect(try await client.get("/two/me", grace) == (200, "Grace of two"))
        #expect(try await client.get("/one/me", grace).status == 401)
        #expect(try await client.get("/two/me", ada).status == 401)
        #expect(try await client.get("/one/auth/session", ada).text.contains(#""site":"one""#))
        #expect(try await client.get("/two/auth/session", grace).text.contains(#""site":"two""#))
        #expect(try await client.get("/one/auth/session", grace) == (200, "null"))
        #expect(try await client.get("/two/auth/session", ada) == (200, "null"))
        #expect(try await client.get("/auth/session", ada).status == 404)
    }

    @Test func eachSiteKnowsItsOwnSessionsOnly() async throws {
        let folders = try (one: Folder("one"), two: Folder("two"))
        let (one, two) = try await (load(folders.one), load(folders.two))
        let ada = try one.engine.signedInCookie(user: ["id": "1", "name": "Ada"])
        let grace = try two.engine.signedInCookie(user: ["id": "2", "name": "Grace"])
        try await serving(router([("one", one), ("two", two)]), [one, two]) { origin in
            try await expectOwnSessions(Client(origin: origin, fetcher: CurlFetcher()), ada: ada, grace: grace)
        }
        withExtendedLifetime(folders) {}
    }
}
