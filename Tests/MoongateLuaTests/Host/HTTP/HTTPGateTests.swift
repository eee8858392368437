import Moongate
import MoongateCurl
import MoongateTokens
import Testing

@testable import MoongateLua

/// Where scripts may send requests, and where nothing in a URL or an answer can lead them.
@Suite(.timeLimit(.minutes(1))) struct HTTPGateTests {
    private let server: AnsweringServer

    init() throws { server = try AnsweringServer { _ in .text("inside") } }

    private func reason(_ url: String, hosts: [String]) async throws -> String? {
        let answer = try await fetched("http.get(url, { timeoutMs = 20000 })", hosts: hosts, url: url)
        #expect(answer.value == nil, "\(url) was answered")
        return answer.why
    }

    @Test func listedAddressIsReachedAlsoWhenItIsPrivate() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url())
        #expect(answer.value?["body"] == "inside")
        server.stop()
    }

    @Test func listedNameMayLeadInside() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: ["localhost:\(server.port)"],
            url: server.url(host: "LOCALHOST"))
        #expect(answer.value?["body"] == "inside")
        server.stop()
    }

    @Test func listIsReadAsURLsAre() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: ["127.1:\(server.port)"], url: server.url())
        #expect(answer.value?["body"] == "inside")
        server.stop()
    }

    @Test func unlistedHostIsAFailureThatNamesTheNearest() async throws {
        let why = try await reason("https://api.exmaple.com/x?token=hush", hosts: ["api.example.com"])
        #expect(why == "fetch.unlistedHost: api.exmaple.com:443 is not in needs.http; api.example.com is")
    }

    @Test func portIsPartOfThePermission() async throws {
        let other = server.port == 1 ? 2 : 1
        #expect(
            try await reason("http://127.0.0.1:\(other)/", hosts: [server.authority])?
                .hasPrefix("fetch.unlistedHost") == true)
        #expect(try await reason(server.url(), hosts: ["127.0.0.1"])?.hasPrefix("fetch.unlistedHost") == true)
        #expect(server.requests.isEmpty)
        server.stop()
    }

    /// Each of these is this machine, a cloud's metadata, or another host than it looks like.
    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "http://[::1]:PORT/", "http://0.0.0.0:PORT/",
        "http://2130706433:PORT/",
        "http://0x7f000001:PORT/", "http://0177.0.0.1:PORT/", "http://127.1:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/", "http://localhost:PORT/", "http://localhost.:PORT/", "http://LOCALHOST:PORT/",
        "http://a.localhost:PORT/", "http://127.0.0.1.:PORT/", "http://api.example.com.:PORT/",
        "http://api.example.com.evil.test/", "http://evil.test#api.example.com", "http://evil.test?api.example.com",
        "http://evil.test/api.example.com", "http://127.0.0.1%2f.example.com:PORT/", "http://①②⑦.⓪.⓪.①:PORT/",
        "http://127.0.0.1:PORT#@api.example.com/", "http://api%2eexample.com.evil.test/", "http://[fd00:ec2::254]/",
        "http://[fe80::1%25lo]:PORT/", "http://api.example.com\u{3002}evil.test/",
    ])
    func nothingElseIsReached(template: String) async throws {
        let url = template.replacing("PORT", with: "\(server.port)")
        let why = try await reason(url, hosts: ["api.example.com", "api.example.com:\(server.port)"])
        #expect(
            ["fetch.unlistedHost", "fetch.badURL"].contains(why?.prefix { $0 != ":" }.description), "\(why ?? "nil")")
        #expect(server.requests.isEmpty)
        server.stop()
    }

    @Test(arguments: [
        "http://api.example.com@127.0.0.1:PORT/", "http://127.0.0.1:PORT@api.example.com/",
        "http://a:b@api.example.com/",
        "http://api.example.com\\@127.0.0.1:PORT/", "http://127.0.0.1:PORT\\@api.example.com/", "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_x", "ftp://api.example.com/", "//api.example.com/", "/path", "", "javascript:1",
        "http://api.example.com/\r\nX: y", "http://api.example.com/a b", "http://api.example.com:99999/", "http:///",
        "http://api.example.com:PORT\t/", "dict://127.0.0.1:PORT/",
    ])
    func whatIsNoPlainURLIsRefused(template: String) async throws {
        let url = template.replacing("PORT", with: "\(server.port)")
        let hosts = ["api.example.com", "api.example.com:\(server.port)", server.authority]
        #expect(try await reason(url, hosts: hosts)?.hasPrefix("fetch.badURL") == true)
        #expect(server.requests.isEmpty)
        server.stop()
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "a.localhost", "127.9.9.9", "[::ffff:127.0.0.1]"])
    func ownOriginIsRefusedByEveryNameForThisMachine(host: String) async throws {
        let port = server.port
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: ["\(host):\(port)"], url: server.url(host: host)
        ) { $0.origin = Origin(scheme: .http, host: "localhost", port: port) }
        #expect(answer.why?.hasPrefix("fetch.ownOrigin") == true, "\(answer.why ?? "nil")")
        #expect(server.requests.isEmpty)
        server.stop()
    }

    @Test func ownOriginIsRefusedByItsName() async throws {
        for url in [
            "https://auth.example.com/auth/session", "http://auth.example.com:443/", "https://AUTH.example.com/",
        ] {
            let answer = try await fetched(
                "http.get(url, { timeoutMs = 20000 })", hosts: ["auth.example.com", "auth.example.com:443"], url: url
            ) { $0.origin = Origin(scheme: .https, host: "auth.example.com") }
            #expect(answer.why?.hasPrefix("fetch.ownOrigin") == true)
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]"])
    func ownListenerBehindAProxyIsRefused(host: String) async throws {
        let port = server.port
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: ["\(host):\(port)"], url: server.url(host: host)
        ) {
            $0.origin = Origin(scheme: .https, host: "auth.example.com")
            $0.listensOn = port
        }
        #expect(answer.why?.hasPrefix("fetch.ownOrigin") == true, "\(answer.why ?? "nil")")
        server.stop()
    }

    @Test func neighbourOfTheOwnOriginIsReached() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url()
        ) {
            $0.origin = Origin(scheme: .http, host: "localhost", port: 1)
        }
        #expect(answer.value?["status"] == 200)
        server.stop()
    }

    @Test func fetcherThatCannotSayWhereAURLLeadsSendsNothing() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url()
        ) {
            $0.http = PlainFetcher()
        }
        #expect(answer.why?.hasPrefix("fetch.badURL") == true)
        server.stop()
    }
}

private struct PlainFetcher: HTTPFetcher {
    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        FetchResponse(status: 200, headers: [:], body: [])
    }
}
