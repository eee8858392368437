import HTTPTypes
import Hummingbird
import Moongate
import MoongateHummingbird
import MoongateTesting
import NIOCore
import Synchronization
import Testing

/// When a session is read, how often, and what goes out with the answer.
@Suite struct SessionMiddlewareTests {
    /// Counts how often the `session` hook runs.
    private final class Count: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }

        var hooks: Hooks {
            var hooks = Hooks()
            hooks.session = { [self] _, _ in
                await Task.yield()
                number.withLock { $0 += 1 }
            }
            return hooks
        }
    }

    /// A month is a session's life; after a day it is re-issued.
    private static let day: Int64 = 86_400

    @Test func requestThatDoesNotAskReadsNothingAndSaysNothing() async throws {
        let count = Count()
        let site = try TestSite(hooks: count.hooks)
        site.router.get("/plain") { _, _ in "plain" }
        let cookie = try site.ada()
        site.clock.advance(seconds: 2 * Self.day)
        let answer = try await site.get("/plain", cookie: cookie)
        #expect(answer.text == "plain" && count.value == 0)
        #expect(answer.cookies.isEmpty && answer.cacheControl == nil)
    }

    @Test func askedAgainAndAgainItIsReadOnce() async throws {
        let count = Count()
        let site = try TestSite(hooks: count.hooks)
        site.router.get("/name") { _, context in
            let first = try await context.auth.session()
            let second = try await context.auth.session()
            return first == second && first != nil ? "same" : "other"
        }
        #expect(try await site.get("/name", cookie: site.ada()).text == "same")
        #expect(count.value == 1)
        #expect(try await site.get("/name", cookie: site.ada()).text == "same")
        #expect(count.value == 2)
    }

    @Test func askedByManyAtOnceItIsReadOnce() async throws {
        let count = Count()
        let site = try TestSite(hooks: count.hooks)
        site.router.get("/names") { _, context in
            let auth = context.auth
            let names = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await auth.session()?["user"]?["name"]?.stringValue }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            return "\(names.filter { $0 == "Ada" }.count)"
        }
        #expect(try await site.get("/names", cookie: site.ada()).text == "50")
        #expect(count.value == 1)
    }

    @Test func readOfATaskThatIsCancelledIsNotTheRequestsLastWord() async throws {
        var hooks = Hooks()
        hooks.session = { _, _ in try Task.checkCancellation() }
        let site = try TestSite(hooks: hooks)
        site.router.get("/name") { _, context in
            let auth = context.auth
            let given = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await auth.session()
            }
            let isGivenUp = await given.result.isFailure
            let name = try await auth.session()?["user"]?["name"]?.stringValue
            return "\(isGivenUp) \(name ?? "-")"
        }
        #expect(try await site.get("/name", cookie: site.ada()).text == "true Ada")
    }

    @Test func reissuedCookieGoesOutAndIsASession() async throws {
        let site = try TestSite()
        site.router.get("/me") { _, context in try await context.auth.session() == nil ? "nobody" : "somebody" }
        let cookie = try site.ada()
        #expect(try await site.get("/me", cookie: cookie).cookies.isEmpty)
        site.clock.advance(seconds: 2 * Self.day)
        let answer = try await site.get("/me", cookie: cookie)
        #expect(answer.text == "somebody" && answer.cookies.count == 1)
        let next = try #require(answer.cookies.first).prefix { $0 != ";" }
        site.clock.advance(seconds: 29 * Self.day)
        #expect(try await site.get("/me", cookie: cookie).text == "nobody")
        #expect(try await site.get("/me", cookie: String(next)).text == "somebody")
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: HTTPResponse.Status
        let end: @Sendable () throws -> Response
    }

    private struct Gone: HTTPResponseError {
        var status: HTTPResponse.Status { .gone }
        func response(from request: Request, context: some RequestContext) throws -> Response {
            Response(status: .gone)
        }
    }

    private static let endings = [
        Ending(testDescription: "an HTTPError", status: .notFound) { throw HTTPError(.notFound, message: "no") },
        Ending(testDescription: "another error that says how to answer", status: .gone) { throw Gone() },
        Ending(testDescription: "304", status: .notModified) { Response(status: .notModified) },
        Ending(testDescription: "a redirect", status: .seeOther) { .redirect(to: "/") },
    ]

    @Test(arguments: endings) func cookieGoesOutHoweverTheHandlerEnds(_ ending: Ending) async throws {
        let site = try TestSite()
        site.router.get("/end") { _, context in
            _ = try await context.auth.session()
            return try ending.end()
        }
        let cookie = try site.ada()
        site.clock.advance(seconds: 2 * Self.day)
        let answer = try await site.get("/end", cookie: cookie)
        #expect(answer.status == ending.status && answer.cookies.count == 1)
        #expect(answer.cacheControl == "private, no-cache")
    }

    @Test func cookieThatIsNoSessionIsTakenAwayWithThe401() async throws {
        let site = try TestSite()
        site.router.get("/me") { _, context in try await context.auth.user(as: [String: String].self).count.description
        }
        let other = try TestSite(secret: "another secret, and long enough, too").ada()
        let answer = try await site.get("/me", cookie: other)
        #expect(answer.status == .unauthorized)
        #expect(answer.cookies.count == 1 && answer.cookies.allSatisfy { $0.contains("Max-Age=0") })
    }

    @Test(arguments: [
        (nil, false, "private, no-cache"),
        (nil, true, "private, no-cache"),
        ("public, max-age=60", false, "public, max-age=60"),
        ("public, max-age=60", true, "private, no-cache"),
        ("max-age=60", true, "private, no-cache"),
        ("no-cache", true, "private, no-cache"),
        ("private=\"x\", max-age=60", true, "private, no-cache"),
        ("max-age=60, Private", true, "max-age=60, Private"),
        ("no-store", true, "no-store"),
    ])
    func noSharedCacheKeepsASessionsCookie(_ said: String?, _ isDue: Bool, _ expected: String) async throws {
        let site = try TestSite()
        site.router.get("/page") { _, context in
            _ = try await context.auth.session()
            var response = Response(status: .ok)
            response.headers[.cacheControl] = said
            return response
        }
        let cookie = try site.ada()
        if isDue { site.clock.advance(seconds: 2 * Self.day) }
        let answer = try await site.get("/page", cookie: cookie)
        #expect(answer.cacheControl == expected && answer.cookies.isEmpty != isDue)
    }

    /// Asks before the handler does, as one that decides who may pass.
    private struct Asking: RouterMiddleware {
        func handle(
            _ request: Request, context: TestContext, next: (Request, TestContext) async throws -> Response
        ) async throws -> Response {
            _ = try await context.auth.session()
            return try await next(request, context)
        }
    }

    @Test func middlewareAndHandlerShareOneRead() async throws {
        let count = Count()
        let site = try TestSite(hooks: count.hooks)
        site.router.add(middleware: Asking())
        site.router.get("/me") { _, context in try await context.auth.session() == nil ? "nobody" : "somebody" }
        #expect(try await site.get("/me", cookie: site.ada()).text == "somebody")
        #expect(count.value == 1)
    }

    @Test func secondMiddlewareOfTheSameEngineChangesNothing() async throws {
        let count = Count()
        let site = try TestSite(hooks: count.hooks)
        site.router.add(middleware: Asking()).add(middleware: SessionMiddleware(site.engine))
        site.router.get("/me") { _, context in try await context.auth.session() == nil ? "nobody" : "somebody" }
        let cookie = try site.ada()
        site.clock.advance(seconds: 2 * Self.day)
        let answer = try await site.get("/me", cookie: cookie)
        #expect(answer.text == "somebody" && answer.cookies.count == 1 && count.value == 1)
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
