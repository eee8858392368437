import Moongate
import MoongateTokens
import Synchronization
import Testing

@testable import MoongateLua

@Suite(.timeLimit(.minutes(1))) struct HTTPRedirectTests {
    private let secrets = ["TOKEN": "hush-hush-hush"]

    /// A server whose `/go` redirects, and whose every other path answers.
    private func server(_ status: Int, to location: String) throws -> AnsweringServer {
        try AnsweringServer { $0.path == "/go" ? .redirect(status, location) : .text("arrived") }
    }

    @Test func redirectIsAnAnswerUnlessAskedOtherwise() async throws {
        let server = try server(302, to: "/there")
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url("/go"))
        #expect(answer.value?["status"] == 302)
        #expect(answer.value?["headers"]?["location"] == "/there")
        #expect(server.requests.count == 1)
    }

    @Test func redirectIsFollowedWhenAsked() async throws {
        let server = try server(302, to: "there?x=1")
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 1, bearer = secret 'TOKEN' })", hosts: [server.authority],
            secrets: secrets,
            url: server.url("/go"))
        #expect(answer.value?["body"] == "arrived")
        #expect(server.requests.map(\.path) == ["/go", "/there?x=1"])
        #expect(server.requests.last?.headers["authorization"] == "Bearer hush-hush-hush")
    }

    @Test(arguments: [(301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "x"), (308, "POST", "x")])
    func methodFollowsTheRules(status: Int, method: String, body: String) async throws {
        let server = try server(status, to: "/there")
        defer { server.stop() }
        let answer = try await fetched(
            "http.post(url, 'x', { timeoutMs = 20000, redirects = 1, headers = { ['Content-Type'] = 'text/plain' } })",
            hosts: [server.authority], url: server.url("/go"))
        #expect(answer.value?["body"] == "arrived")
        #expect(server.requests.last?.method == method)
        #expect(server.requests.last?.body == body)
        #expect((server.requests.last?.headers["content-type"] == nil) == body.isEmpty)
    }

    @Test func tooManyRedirectsAreAFailure() async throws {
        let server = try server(302, to: "/go")
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 3 })", hosts: [server.authority], url: server.url("/go"))
        #expect(answer.why == "fetch.redirect: \(server.authority): more than 3 redirects")
        #expect(server.requests.count == 4)
    }

    @Test(arguments: [
        "http://169.254.169.254/", "http://localhost:PORT/x", "http://[::1]:PORT/", "http://evil.test/",
        "//evil.test/", "http://2130706433:1/",
    ])
    func redirectOutOfTheListIsRefused(template: String) async throws {
        let other = try AnsweringServer { _ in .text("inside") }
        let server = try server(302, to: template.replacing("PORT", with: "\(other.port)"))
        defer { server.stop(); other.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 5 })", hosts: [server.authority], url: server.url("/go"))
        #expect(answer.why?.hasPrefix("fetch.unlistedHost") == true)
        #expect(other.requests.isEmpty)
    }

    @Test(arguments: ["file:///etc/passwd", "http://user:pw@evil.test/", "gopher://x/"])
    func redirectToWhatIsNoPlainURLIsRefused(location: String) async throws {
        let server = try server(302, to: location)
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 5 })", hosts: [server.authority], url: server.url("/go"))
        #expect(answer.why?.hasPrefix("fetch.badURL") == true)
    }

    @Test func redirectToTheOwnOriginIsRefused() async throws {
        let own = try AnsweringServer { _ in .text("own") }
        let server = try server(302, to: own.url())
        defer { server.stop(); own.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 5 })", hosts: [server.authority, own.authority],
            url: server.url("/go")
        ) { $0.origin = Origin(scheme: .http, host: "localhost", port: own.port) }
        #expect(answer.why?.hasPrefix("fetch.ownOrigin") == true)
        #expect(own.requests.isEmpty)
    }

    @Test func secretsStayAtTheOriginTheyWereMeantFor() async throws {
        let other = try AnsweringServer { _ in .text("other") }
        let server = try server(307, to: other.url("/x"))
        defer { server.stop(); other.stop() }
        let answer = try await fetched(
            """
            http.request{ timeoutMs = 20000, url = url, method = 'POST', body = 'b', redirects = 1, bearer = 'plain', headers = {
              ['X-Key'] = { 'k=', secret 'TOKEN' }, Cookie = 'a=b', ['X-Plain'] = 'p' } }
            """, hosts: [server.authority, other.authority], secrets: secrets, url: server.url("/go"))
        #expect(answer.value?["body"] == "other")
        #expect(server.requests.last?.headers["x-key"] == "k=hush-hush-hush")
        let headers = try #require(other.requests.last?.headers)
        #expect(headers["authorization"] == nil && headers["x-key"] == nil && headers["cookie"] == nil)
        #expect(headers["x-plain"] == "p")
        #expect(other.requests.last?.body == "b")
    }

    @Test func secretInALocationIsNotQuoted() async throws {
        let server = try AnsweringServer { request in
            .redirect(302, "http://\(request.headers["x-key"] ?? "none").test/")
        }
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, redirects = 1, headers = { ['X-Key'] = secret 'TOKEN' } })",
            hosts: [server.authority],
            secrets: secrets, url: server.url("/go"))
        #expect(answer.why?.hasPrefix("fetch.unlistedHost: [secret TOKEN].test:80") == true)
    }
}
