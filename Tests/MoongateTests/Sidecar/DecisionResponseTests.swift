import HTTPTypes
import Testing

@testable import Moongate

/// Verdict × client × who carries the answer: the whole table of docs/sidecar.md.
@Suite struct DecisionResponseTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let verdict: Decision.Verdict
        let client: DecisionClient
        let status: Int
        let headers: [String: String]
        var code = "c.d"
        var message: String?

        init(
            _ verdict: Decision.Verdict, _ kind: DecisionClient.Kind, _ relay: DecisionClient.Relay, _ status: Int,
            _ headers: [String: String] = [:], sendsToken: Bool = false, code: String = "c.d", message: String? = nil
        ) {
            self.verdict = verdict
            client = DecisionClient(kind: kind, relay: relay, sendsToken: sendsToken)
            self.status = status
            self.headers = headers
            self.code = code
            self.message = message
        }

        var testDescription: String { "\(verdict), \(client.kind), \(client.relay): \(status)" }
    }

    private static let page =
        "https://app.example.com/auth/signin?callbackUrl=https%3A%2F%2Fapp.example.com%2Fa%3Fb%3D1"
    private static let why = "https://app.example.com/why"
    private static let scopes = Denial.Code.ruleScopes.name

    static let rows: [Row] = [
        Row(.allow, .page, .none, 200),
        Row(.allow, .page, .whole, 200, ["x-auth-status": "200"]),
        Row(.allow, .api, .status, 200, ["x-auth-status": "200"]),

        Row(.login(provider: nil), .page, .none, 302, ["location": page]),
        Row(.login(provider: nil), .page, .whole, 302, ["location": page, "x-auth-status": "302"]),
        Row(.login(provider: nil), .page, .status, 401, ["x-auth-redirect": page, "x-auth-status": "302"]),
        Row(
            .login(provider: "corp"), .page, .status, 401,
            ["x-auth-redirect": page + "&provider=corp", "x-auth-status": "302"]),
        Row(.login(provider: nil), .api, .none, 401, ["www-authenticate": "Bearer"]),
        Row(.login(provider: nil), .api, .whole, 401, ["www-authenticate": "Bearer", "x-auth-status": "401"]),
        Row(.login(provider: nil), .api, .status, 401, ["www-authenticate": "Bearer", "x-auth-status": "401"]),
        Row(
            .login(provider: nil), .api, .none, 401, ["www-authenticate": #"Bearer error="invalid_token""#],
            sendsToken: true),

        Row(.stepUp(maxAge: 300), .page, .none, 302, ["location": page + "&prompt=login"]),
        Row(
            .stepUp(maxAge: 300), .page, .status, 401,
            ["x-auth-redirect": page + "&prompt=login", "x-auth-status": "302"]),
        Row(
            .stepUp(maxAge: 300), .api, .none, 401,
            ["www-authenticate": #"Bearer error="insufficient_user_authentication", max_age="300""#]),
        Row(
            .stepUp(maxAge: 300), .api, .status, 401,
            [
                "www-authenticate": #"Bearer error="insufficient_user_authentication", max_age="300""#,
                "x-auth-status": "401",
            ]),

        Row(.redirect(to: why, status: 303), .page, .none, 303, ["location": why]),
        Row(.redirect(to: why, status: 303), .api, .whole, 303, ["location": why, "x-auth-status": "303"]),
        Row(.redirect(to: why, status: 303), .api, .status, 401, ["x-auth-redirect": why, "x-auth-status": "303"]),

        Row(.deny(status: 403), .page, .none, 403),
        Row(.deny(status: 403), .api, .status, 403, ["x-auth-status": "403"]),
        Row(.deny(status: 404), .page, .whole, 404, ["x-auth-status": "404"]),
        Row(.deny(status: 404), .page, .status, 403, ["x-auth-status": "404"]),
        Row(.deny(status: 410), .page, .status, 403, ["x-auth-status": "410"]),
        Row(.deny(status: 429), .api, .status, 403, ["x-auth-status": "429"]),
        Row(.deny(status: 401), .page, .status, 401, ["x-auth-status": "401"]),
        Row(.deny(status: 401), .api, .none, 401, ["www-authenticate": "Bearer"]),
        Row(
            .deny(status: 403), .api, .none, 403,
            ["www-authenticate": #"Bearer error="insufficient_scope", scope="a:read b""#], code: scopes,
            message: "a:read b"),
        Row(
            .deny(status: 403), .api, .none, 403, ["www-authenticate": #"Bearer error="insufficient_scope""#],
            code: scopes, message: "a\", realm=\"x"),

        Row(.error, .page, .none, 503, ["retry-after": "1"]),
        Row(.error, .page, .whole, 503, ["retry-after": "1", "x-auth-status": "503"]),
        Row(.error, .api, .status, 503, ["retry-after": "1", "x-auth-status": "503"]),
    ]

    private func signIn(_ url: String? = "https://app.example.com/a?b=1") throws -> SignInAddress {
        var configuration = Configuration(
            origin: try #require(Origin("https://app.example.com")),
            secrets: [Secret("a secret of a test, long enough")])
        configuration.redirects = [try #require(Origin("https://other.example.com"))]
        return SignInAddress(configuration, returningTo: url)
    }

    private func decision(
        _ verdict: Decision.Verdict, code: String = "c.d", message: String? = nil, cookies: [String] = []
    ) -> Decision {
        Decision(
            verdict: verdict, code: code, message: message, rule: RulePlace(id: "r 1", file: "f", line: 1),
            identityHeaders: [.init(name: "X-User-Id", value: "7"), .init(name: "X-User-Plan", value: nil)],
            setCookies: cookies, generation: "g")
    }

    @Test(arguments: rows)
    func answersAsTheTableSays(_ row: Row) throws {
        let response = decision(row.verdict, code: row.code, message: row.message)
            .response(for: row.client, signIn: try signIn())
        var expected = row.headers
        expected["cache-control"] = "no-store"
        if row.client.relay != .none {
            expected["x-auth-rule"] = "r 1"
            expected["x-auth-reason"] = row.code
        }
        if row.verdict == .allow {
            expected["x-user-id"] = "7"
            expected["x-user-plan"] = ""
        }
        #expect(response.status.code == row.status)
        let sent = response.headers.map { ($0.name.canonicalName, $0.value) }
        #expect(Dictionary(sent) { "\($0) and \($1)" } == expected)
        #expect(response.body.isEmpty)
    }

    @Test func onlyAllowIsASuccess() throws {
        for row in Self.rows where row.verdict != .allow {
            let response = decision(row.verdict).response(for: row.client, signIn: try signIn())
            #expect(response.status.code >= 300)
            #expect(response.headers[values: try #require(HTTPField.Name("x-user-id"))].isEmpty)
        }
    }

    @Test func cookiesGoAlongOneByOne() throws {
        let cookies = ["a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "b=2"]
        let client = DecisionClient(kind: .page, relay: .status)
        let response = decision(.allow, cookies: cookies).response(for: client, signIn: try signIn())
        #expect(response.headers[values: .setCookie] == cookies)
        #expect(response.headers[try #require(HTTPField.Name("x-auth-set-cookie-1"))] == cookies[0])
        #expect(response.headers[try #require(HTTPField.Name("x-auth-set-cookie-2"))] == cookies[1])
        let direct = decision(.allow, cookies: cookies)
            .response(for: DecisionClient(kind: .page, relay: .none), signIn: try signIn())
        #expect(direct.headers[values: .setCookie] == cookies)
        #expect(direct.headers.count == 5)
    }

    @Test func whatCouldNotBeJudgedSetsNoCookie() throws {
        for relay in [DecisionClient.Relay.none, .whole, .status] {
            let response = decision(.error, cookies: ["a=1"])
                .response(for: DecisionClient(kind: .page, relay: relay), signIn: try signIn())
            #expect(response.headers[values: .setCookie].isEmpty)
            #expect(!response.headers.contains { $0.name.canonicalName.hasPrefix("x-auth-set-cookie") })
        }
    }

    @Test(arguments: [
        ("https://app.example.com/x", "?callbackUrl=https%3A%2F%2Fapp.example.com%2Fx"),
        ("https://other.example.com/x", "?callbackUrl=https%3A%2F%2Fother.example.com%2Fx"),
        ("https://foreign.example.com/x", ""),
        ("http://app.example.com/x", ""),
        (nil, ""),
    ])
    func signInReturnsOnlyToListedOrigins(_ url: String?, _ query: String) throws {
        let address = try signIn(url)
        #expect(address.login(provider: nil) == "https://app.example.com/auth/signin" + query)
        #expect(address.returns == !query.isEmpty)
    }
}
