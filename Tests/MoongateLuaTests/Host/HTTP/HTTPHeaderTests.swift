import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite(.timeLimit(.minutes(1))) struct HTTPHeaderTests {
    private let server: AnsweringServer
    private let secrets = ["TOKEN": "hush-hush-hush", "LINES": "a\nb-b-b-b-b"]

    init() throws { server = try AnsweringServer { _ in .text("ok") } }

    private func sent(_ options: String) async throws -> [String: String] {
        let answer = try await fetched(
            "http.get(url, \(options.replacing("{ ", with: "{ timeoutMs = 20000, ", maxReplacements: 1)))",
            hosts: [server.authority], secrets: secrets, url: server.url())
        #expect(answer.value?["status"] == 200, "\(answer.why ?? "")")
        server.stop()
        return server.requests.last?.headers ?? [:]
    }

    @Test func bearerTakesASecretOrAString() async throws {
        #expect(try await sent("{ bearer = secret 'TOKEN' }")["authorization"] == "Bearer hush-hush-hush")
    }

    @Test func bearerTakesAString() async throws {
        #expect(try await sent("{ bearer = 'abc' }")["authorization"] == "Bearer abc")
    }

    @Test func basicIsUserAndPassword() async throws {
        let expected = "Basic " + Base64.encode(Array("me:hush-hush-hush".utf8))
        #expect(try await sent("{ basic = { 'me', secret 'TOKEN' } }")["authorization"] == expected)
    }

    @Test func passwordOfBasicIsTakenOutOfWhatAServerEchoes() async throws {
        let known = KnownSecrets()
        _ = try await fetched(
            "http.get(url, { timeoutMs = 20000, basic = { 'me', secret 'TOKEN' } })", hosts: [server.authority],
            secrets: secrets, url: server.url()
        ) { $0.knownSecrets = known }
        server.stop()
        let credentials = Base64.encode(Array("me:hush-hush-hush".utf8))
        #expect(known.redacted("Authorization: Basic \(credentials)") == "Authorization: Basic [secret TOKEN]")
    }

    @Test func headerIsMadeOfParts() async throws {
        let headers = try await sent("{ headers = { ['X-Key'] = { 'k=', secret 'TOKEN', ';v=', 2 }, ['X-N'] = 7 } }")
        #expect(headers["x-key"] == "k=hush-hush-hush;v=2")
        #expect(headers["x-n"] == "7")
    }

    @Test(arguments: [
        "{ headers = { ['X-A'] = 'a\\r\\nX-B: b' } }", "{ headers = { ['X-A'] = 'a\\nb' } }",
        "{ headers = { ['X-A\\r\\nX-B'] = 'a' } }", "{ headers = { ['X A'] = 'a' } }",
        "{ headers = { ['X-A:'] = 'a' } }",
        "{ headers = { ['X-A'] = '\\1' } }", "{ headers = { ['X-A'] = secret 'LINES' } }",
        "{ bearer = 'a\\r\\nX-B: b' }", "{ bearer = secret 'LINES' }", "{ bearer = 'a', basic = { 'a', 'b' } }",
        "{ bearer = 'a', headers = { Authorization = 'b' } }", "{ headers = { a = '1', A = '2' } }",
        "{ basic = { 'a:b', 'c' } }", "{ basic = 'a:b' }", "{ basic = { 'a' } }", "{ headers = secret 'TOKEN' }",
        "{ headers = { ['X-A'] = true } }", "{ headers = { ['X-A'] = { {} } } }", "{ headers = { 'a' } }",
        "{ headers = { ['X-A'] = ('a'):rep(8193) } }", "{ bearer = secret 'OTHER' }",
    ])
    func headersThatCannotBeSentAreErrors(options: String) async throws {
        let message = try await fetchMisuse("http.get('http://127.0.0.1:9/', \(options))", secrets: secrets)
        let text = try #require(message)
        #expect(!text.contains("hush") && !text.contains("b-b-b"))
    }

    @Test(arguments: [
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "Trailer", "Upgrade", "Expect",
        "Keep-Alive", "Accept-Encoding", "Proxy-Authorization", "host",
    ])
    func framingIsNotAScriptsToSet(name: String) async throws {
        let message = try await fetchMisuse("http.get('http://127.0.0.1:9/', { headers = { ['\(name)'] = 'x' } })")
        #expect(message == "http: the header \(name) is the host's to set")
    }

    @Test func secretWithoutAValueIsAFailure() async throws {
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000, bearer = secret 'TOKEN' })", hosts: [server.authority],
            secrets: ["TOKEN": ""],
            url: server.url())
        #expect(answer.why?.hasPrefix("secret.missing: TOKEN") == true)
        #expect(server.requests.isEmpty)
        server.stop()
    }
}
