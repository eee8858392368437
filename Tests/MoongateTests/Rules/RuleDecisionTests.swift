import HTTPTypes
import MoongateTokens
import Testing

@testable import Moongate

/// From a ruling to a decision: headers, URLs, providers.
@Suite struct RuleDecisionTests {
    private let rules: RuleSet
    private let configuration: Configuration

    init() throws {
        rules = try RuleBench.rules([
            "claims": ["plan"], "inject": ["X-User-Id": "id", "X-Plan": "plan", "X-Team": false],
            "routes": [RuleBench.route("/**")],
        ])
        configuration = try Site().engine.generation.configuration
    }

    private func decide(_ verdict: Decision.Verdict, headers: [String: String] = [:], as claims: JSONValue? = nil)
        -> Decision
    {
        let ruling = Ruling(verdict: verdict, code: "rule.allows", message: nil, place: nil, headers: headers)
        let subject = claims.map { RuleSubject(claims: $0.canonicalBytes()) } ?? .nobody
        return rules.decision(ruling, subject: subject, setCookies: [], configuration, generation: "g")
    }

    private func values(_ decision: Decision) -> [String: String?] {
        Dictionary(uniqueKeysWithValues: decision.identityHeaders.map { ($0.name, $0.value) })
    }

    @Test func everyInjectedHeaderIsSetOrDeleted() {
        let signedIn = decide(.allow, headers: ["x_team": "blue"], as: ["sub": "7", "plan": "pro"])
        #expect(values(signedIn) == ["X-User-Id": "7", "X-Plan": "pro", "X-Team": "blue"])
        let nobody = decide(.allow)
        #expect(values(nobody) == ["X-User-Id": nil, "X-Plan": nil, "X-Team": nil])
        let denied = decide(.deny(status: 403), as: ["sub": "7"])
        #expect(values(denied) == ["X-User-Id": nil, "X-Plan": nil, "X-Team": nil])
    }

    @Test func headerThatIsNotInjectedIsAnErrorAndSetsNone() {
        let decision = decide(.allow, headers: ["X-Admin": "1"], as: ["sub": "7"])
        #expect(decision.verdict == .error)
        #expect(decision.code == "rule.header")
        #expect(values(decision) == ["X-User-Id": nil, "X-Plan": nil, "X-Team": nil])
    }

    @Test func valuesCannotBreakALine() {
        let decision = decide(.allow, as: ["sub": "7\r\nX-Admin: 1", "plan": "é%"])
        #expect(values(decision)["X-User-Id"] == "7%0D%0AX-Admin: 1")
        #expect(values(decision)["X-Plan"] == "%C3%A9%25")
    }

    @Test func longHeaderIsAnError() {
        #expect(decide(.allow, as: ["plan": .string(String(repeating: "a", count: 4096))]).verdict == .allow)
        #expect(decide(.allow, as: ["plan": .string(String(repeating: "a", count: 4097))]).verdict == .error)
    }

    @Test func redirectStaysOnThisSite() {
        #expect(
            decide(.redirect(to: "/why", status: 302)).verdict
                == .redirect(to: "https://app.example.com/why", status: 302))
        let foreign = decide(.redirect(to: "https://evil.example.org/", status: 302))
        #expect(foreign.verdict == .error)
        #expect(foreign.code == "redirect.foreign")
    }

    @Test func loginNamesAProviderThatIsThere() {
        #expect(decide(.login(provider: "corp")).verdict == .login(provider: "corp"))
        #expect(decide(.login(provider: "crop")).verdict == .error)
    }

    @Test func stepUpThatNobodyCouldEverFulfilIsAnError() {
        #expect(decide(.stepUp(maxAge: 60)).verdict == .stepUp(maxAge: 60))
        var database = configuration
        database.session.strategy = .database
        let ruling = Ruling(verdict: .stepUp(maxAge: 60), code: "rule.decide", message: nil, place: nil)
        let decision = rules.decision(ruling, subject: .nobody, setCookies: [], database, generation: "g")
        #expect(decision.verdict == .error)
        #expect(decision.code == "rule.maxAge")
    }

    @Test func whatTheConfigurationCannotGiveIsRefusedAtLoad() throws {
        let aged = try RuleBench.rules([
            "default": ["@login": ["provider": "nobody"]], "routes": [RuleBench.route("/a", ["maxAge": 60])],
        ])
        #expect(aged.failures(with: configuration).map(\.code) == ["rules.value"])
        var database = configuration
        database.session.strategy = .database
        #expect(aged.failures(with: database).map(\.code) == ["rules.maxAge", "rules.value"])
    }
}
