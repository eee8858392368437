import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite(.timeLimit(.minutes(2))) struct HTTPFunctionTests {
    private func server(_ answer: AnsweringServer.Answer) throws -> AnsweringServer {
        try AnsweringServer { _ in answer }
    }

    @Test func withoutAListThereIsNoHTTP() async throws {
        #expect(
            try await raised("http.get 'http://a/'") { $0.http = try? sharedFetcher.get() }?.contains("undeclared")
                == true)
    }

    @Test func getGivesStatusHeadersBodyAndJSON() async throws {
        let server = try server(
            AnsweringServer.Answer(
                status: 404, headers: [("Content-Type", "application/json; charset=utf-8"), ("X-A", "1")],
                body: Array(#"{"groups":["a","b"],"n":9007199254740993}"#.utf8)))
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url("/p?q=1"))
        #expect(answer.value?["status"] == 404)
        #expect(answer.value?["json"] == ["groups": ["a", "b"], "n": 9_007_199_254_740_993])
        #expect(answer.value?["body"] == #"{"groups":["a","b"],"n":9007199254740993}"#)
        #expect(answer.value?["headers"]?["x-a"] == "1")
        #expect(server.requests.map(\.path) == ["/p?q=1"])
        #expect(server.requests.map(\.method) == ["GET"])
    }

    @Test func headersThatComeTwiceAreJoinedAndCookiesAreAList() async throws {
        let server = try server(
            AnsweringServer.Answer(headers: [
                ("Vary", "a"), ("vary", "b"), ("Set-Cookie", "x=1, 2"), ("Set-Cookie", "y=2"),
            ]))
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url())
        #expect(answer.value?["headers"]?["vary"] == "a, b")
        #expect(answer.value?["headers"]?["set-cookie"] == ["x=1, 2", "y=2"])
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "json.duplicateKey"), ("not json", "json.syntax"), ("", "json.syntax"),
        (String(repeating: "[", count: 32) + String(repeating: "]", count: 32), "json.depth"),
        ("1,2", "json.trailing"), ("{\"a\":18446744073709551616}", "json.number"),
    ])
    func whatOnlyClaimsToBeJSONIsText(body: String, code: String) async throws {
        let server = try server(.json(body))
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url())
        #expect(answer.value?["json"] == nil)
        #expect(answer.value?["body"]?.stringValue == body)
        #expect(answer.value?["jsonError"]?.stringValue == code)
    }

    @Test func jsonIsReadWhereTheTypeSaysSoAndNowhereElse() async throws {
        for (type, isJSON) in [("application/problem+json", true), ("text/plain", false), ("application/jsonp", false)]
        {
            let server = try server(.text("[1]", type: type))
            defer { server.stop() }
            let answer = try await fetched(
                "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url())
            #expect((answer.value?["json"] == [1]) == isJSON, "\(type)")
        }
    }

    @Test func bodyThatIsNoTextIsBase64() async throws {
        for body: [UInt8] in [[0xff, 0xfe], [97, 0, 98]] {
            let server = try server(AnsweringServer.Answer(body: body))
            defer { server.stop() }
            let answer = try await fetched(
                "http.get(url, { timeoutMs = 20000 })", hosts: [server.authority], url: server.url())
            #expect(answer.value?["body"] == nil)
            #expect(answer.value?["bodyBase64"]?.stringValue == Base64.encode(body))
        }
    }

    @Test func postSendsABodyOrJSON() async throws {
        let server = try server(.text("ok"))
        defer { server.stop() }
        let hosts = [server.authority]
        _ = try await fetched(
            "http.post(url, 'a=1', { timeoutMs = 20000, headers = { ['Content-Type'] = 'application/x-www-form-urlencoded' } })",
            hosts: hosts, url: server.url())
        _ = try await fetched(
            "http.post(url, nil, { timeoutMs = 20000, json = { b = { 1, 2 } } })", hosts: hosts, url: server.url())
        _ = try await fetched(
            "http.request{ timeoutMs = 20000, method = 'PUT', url = url, json = json.array() }", hosts: hosts,
            url: server.url())
        _ = try await fetched(
            "http.request{ timeoutMs = 20000, url = url, body = 'x' }", hosts: hosts, url: server.url())
        _ = try await fetched(
            "http.request{ timeoutMs = 20000, method = 'DELETE', url = url }", hosts: hosts, url: server.url())
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "POST", "PUT", "POST", "DELETE"])
        #expect(requests.map(\.body) == ["a=1", "{\"b\":[1,2]}", "[]", "x", ""])
        #expect(
            requests.map { $0.headers["content-type"] }.prefix(3) == [
                "application/x-www-form-urlencoded", "application/json", "application/json",
            ])
    }

    @Test func answerOverTheLimitIsAFailure() async throws {
        let server = try server(.text(String(repeating: "x", count: 70_000)))
        defer { server.stop() }
        let hosts = [server.authority]
        let over = try await fetched("http.get(url, { timeoutMs = 20000 })", hosts: hosts, url: server.url())
        #expect(over.why?.hasPrefix("fetch.tooLarge: ") == true)
        let within = try await fetched(
            "#(http.get(url, { timeoutMs = 20000, maxBytes = 70000 }).body)", hosts: hosts, url: server.url())
        #expect(within.value == 70_000)
    }

    @Test func silenceIsATimeout() async throws {
        let server = try server(.silence)
        defer { server.stop() }
        let answer = try await fetched(
            "http.get(url, { timeoutMs = 50 })", hosts: [server.authority], url: server.url("/secret-path"))
        #expect(answer.value == nil)
        #expect(answer.why?.hasPrefix("fetch.timeout: ") == true)
        #expect(answer.why?.contains("secret-path") == false)
    }

    @Test func cancelledCallEndsTheTransfer() async throws {
        let server = try server(.silence)
        defer { server.stop() }
        let (authority, url) = (server.authority, server.url())
        let task = Task { try await fetched("http.get(url, { timeoutMs = 60000 })", hosts: [authority], url: url) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        while server.closed == 0 { await Task.yield() }
    }

    @Test(arguments: [
        "http.get()", "http.get(1)", "http.get('http://127.0.0.1:9/', 1)",
        "http.get('http://127.0.0.1:9/', { json = {} })",
        "http.get('http://127.0.0.1:9/', { timeout = 1 })", "http.get('http://127.0.0.1:9/', { timeoutMs = 0 })",
        "http.get('http://127.0.0.1:9/', { timeoutMs = 60001 })", "http.get('http://127.0.0.1:9/', { redirects = 6 })",
        "http.get('http://127.0.0.1:9/', { maxBytes = 1000000 })", "http.request{}",
        "http.request('http://127.0.0.1:9/')",
        "http.request{ timeoutMs = 20000, url = 'http://127.0.0.1:9/', method = 'CONNECT' }",
        "http.request{ timeoutMs = 20000, url = 'http://127.0.0.1:9/', method = 'get' }",
        "http.request{ timeoutMs = 20000, url = 'http://127.0.0.1:9/', method = 'GET', body = 'x' }",
        "http.request{ timeoutMs = 20000, url = 'http://127.0.0.1:9/', body = 'x', json = {} }",
        "http.post('http://127.0.0.1:9/', {})", "http.post('http://127.0.0.1:9/', 'x', { json = {} })",
        "http.post('http://127.0.0.1:9/', nil, { json = { secret 'A' } })",
        "http.post('http://127.0.0.1:9/', secret 'A')",
    ])
    func misuseIsAnError(call: String) async throws {
        #expect(try await fetchMisuse(call, secrets: ["A": "b"]) != nil)
    }

    @Test func unknownOptionNamesTheNearest() async throws {
        #expect(
            try await fetchMisuse("http.get('http://127.0.0.1:9/', { timeoutMS = 5 })")?
                .hasPrefix("http.get has no option timeoutMS; did you mean timeoutMs?") == true)
    }
}
