import HTTPTypes
import Hummingbird
import Moongate
import MoongateHummingbird
import MoongateTesting
import Testing

/// What `context.auth` answers.
@Suite struct AuthContextTests {
    private struct Profile: Codable {
        struct Address: Codable { let city: String }
        let name: String
        let role: String
        var addresses: [Address]?
    }

    private func hooks(_ user: JSONValue?) -> Hooks {
        var hooks = Hooks()
        hooks.session = { session, _ in session["user"] = user }
        return hooks
    }

    private func site(user: JSONValue?) throws -> TestSite {
        let site = try TestSite(hooks: hooks(user))
        site.router.get("/role") { _, context in try await context.auth.user(as: Profile.self).role }
        site.router.get("/maybe") { _, context in
            try await context.auth.optionalUser(as: Profile.self)?.role ?? "nobody"
        }
        return site
    }

    @Test func userIsWhatTheSessionHookMadeOfIt() async throws {
        let site = try site(user: ["name": "Ada", "role": "admin"])
        #expect(try await site.get("/role", cookie: site.ada()).text == "admin")
        #expect(try await site.get("/maybe", cookie: site.ada()).text == "admin")
    }

    @Test func nobodyIs401WhereAUserIsNeededAndNilWhereNot() async throws {
        let site = try site(user: ["name": "Ada", "role": "admin"])
        let answer = try await site.get("/role")
        #expect(answer.status == .unauthorized && answer.text.contains("Nobody is signed in."))
        #expect(try await site.get("/maybe").text == "nobody")
    }

    private static let others: [(JSONValue?, String)] = [
        (["name": "Ada"], "session.user.role is missing"),
        (["name": "Ada", "role": 7], "session.user.role is of another type"),
        (["name": "Ada", "role": .null], "session.user.role is null"),
        (
            ["name": "Ada", "role": "x", "addresses": [["city": "Paris"], [:]]],
            "session.user.addresses[1].city is missing"
        ),
        ("Ada", "session.user is of another type"),
        (nil, "session.user is missing"),
    ]

    @Test(arguments: others)
    func userOfAnotherTypeIs500AndTheLogNamesTheMember(_ user: JSONValue?, _ expected: String) async throws {
        let site = try site(user: user)
        for target in ["/role", "/maybe"] {
            let answer = try await site.get(target, cookie: site.ada())
            #expect(answer.status == .internalServerError && !answer.text.contains("role"))
        }
        #expect(site.log.all.count == 2)
        #expect(site.log.all.allSatisfy { $0.contains("reason=\(expected)") && $0.contains("Profile was asked for") })
        #expect(!site.log.all.contains { $0.contains("Ada") || $0.contains("Paris") })
    }

    @Test func failingHookIs503WithRetryAfterAndKeepsTheCookie() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StoreError(.unavailable, "the directory is down") }
        let site = try TestSite(hooks: hooks)
        site.router.get("/role") { _, context in try await context.auth.user(as: Profile.self).role }
        site.router.get("/maybe") { _, context in
            try await context.auth.optionalUser(as: Profile.self)?.role ?? "nobody"
        }
        site.router.get("/session") { _, context in try await context.auth.session() == nil ? "nobody" : "somebody" }
        for target in ["/role", "/maybe", "/session"] {
            let answer = try await site.get(target, cookie: site.ada())
            #expect(answer.status == .serviceUnavailable && answer.response.headers[.retryAfter] == "1")
            #expect(answer.cookies.isEmpty && answer.cacheControl == "private, no-store")
            #expect(!answer.text.contains("directory"))
        }
        #expect(site.log.all.count == 3)
        #expect(site.log.all.allSatisfy { $0.hasPrefix("error Failed") && $0.contains("code=store.unavailable") })
    }

    @Test func failingStoreIs503() async throws {
        let site = try TestSite(strategy: .database, store: nil)
        site.router.get("/role") { _, context in try await context.auth.user(as: Profile.self).role }
        let answer = try await site.get("/role", cookie: "__Secure-authjs.session-token=t")
        #expect(answer.status == .serviceUnavailable && answer.response.headers[.retryAfter] == "1")
    }

    @Test func readThatFailedIsNotTriedAgain() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StoreError(.unavailable, "down") }
        let site = try TestSite(hooks: hooks)
        site.router.get("/twice") { _, context in
            _ = try? await context.auth.session()
            return try await context.auth.session() == nil ? "nobody" : "somebody"
        }
        #expect(try await site.get("/twice", cookie: site.ada()).status == .serviceUnavailable)
        #expect(site.log.all.count == 1)
    }

    @Test func tokenHasTheClaimsAndRunsNoHooks() async throws {
        var hooks = Hooks()
        hooks.jwt = { _, _ in throw StoreError(.unavailable, "down") }
        let site = try TestSite(hooks: hooks)
        site.router.get("/sub") { _, context in try context.auth.token()?["sub"]?.stringValue ?? "nobody" }
        let cookie = try site.ada()
        let answer = try await site.get("/sub", cookie: cookie)
        #expect(answer.text == "7" && answer.cookies.isEmpty && answer.cacheControl == nil)
        #expect(try await site.get("/sub").text == "nobody")
        let bearer = "Bearer " + cookie.drop { $0 != "=" }.dropFirst()
        #expect(try await site.get("/sub", headers: [.authorization: bearer]).text == "7")
    }

    @Test func routeWithoutTheMiddlewareIs500AndTheLogSaysWhatToDo() async throws {
        let site = try TestSite(installed: false)
        site.router.get("/session") { _, context in try await context.auth.session() == nil ? "nobody" : "somebody" }
        site.router.get("/token") { _, context in try context.auth.token() == nil ? "nobody" : "somebody" }
        for target in ["/session", "/token"] {
            #expect(try await site.get(target, cookie: site.ada()).status == .internalServerError)
        }
        #expect(site.log.all.count == 2 && site.log.all.allSatisfy { $0.contains("SessionMiddleware(engine)") })
    }
}
