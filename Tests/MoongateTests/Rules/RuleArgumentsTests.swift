import MoongateTokens
import Testing

@testable import Moongate

/// What functions are given: nothing that a server behind could read otherwise.
@Suite struct RuleArgumentsTests {
    private func query(_ query: String) throws -> JSONValue? {
        let request = try CanonicalRequest(method: "GET", host: "a.test", target: "/q?\(query)")
        let call = RuleArguments.call(request, .nobody, try RuleBench.rule("/q"), now: Timestamp(seconds: 0))
        guard let argument = call.arguments.first(where: { "\($0.name)" == "query" }),
            case .json(let bytes) = argument.value
        else { return nil }
        return try JSONValue(parsing: bytes)
    }

    @Test func queryIsATableOfItsNames() throws {
        #expect(try query("a=1&b=2&a=3") == ["a": ["1", "3"], "b": "2"])
        #expect(try query("") == [:])
    }

    @Test(arguments: [
        "a=1;apiKey=2", "api%E2%84%AAey=0&apiKey=1", "apiKey=1&api%E2%84%AAey=0", "%FF=1",
        String(repeating: "a&", count: 256) + "apiKey=1",
        // Bytes that are no text and NUL, in names and in values: some servers cut there.
        "mode=danger%C3", "mode=danger%00", "mode=safe&mode%00=danger", "mode%0A=1", "%01", "a%7F=1",
        String(repeating: "t", count: 257),
        // One variable to PHP.
        "mode=safe&mode[]=danger", "mode=safe&+mode=danger", "a.b=1&a_b=2", "a+b=1&a.b=2", "m[=1&m=2", "m=1&m[x]=2",
        // Brackets that each server reads otherwise.
        "a_b=1&a[b=2", "a[b=2", "[a]=1", "a]=1", "a[b]c=1", "a[b[c]]=1",
    ])
    func queryThatIsReadInDifferentWaysIsNotGiven(_ text: String) throws {
        #expect(try query(text) == nil)
    }

    @Test(arguments: [
        "filter[a]=1&filter[b]=2", "a.b=1&a.b=2", "a_b=1&c.d=2", "tag[]=1&tag[]=2", "a=%EF%BF%BD", "a[b][c]=1&a[b][]=2",
    ])
    func namesThatNobodyConfusesAreGiven(_ text: String) throws {
        #expect(try query(text) != nil)
    }

    @Test func asManyNamesAsAreReadAreGiven() throws {
        let text = (0..<256).map { "n\($0)=1" }.joined(separator: "&")
        #expect(try query(text)?.objectValue?.count == 256)
    }

    @Test func commaInARoleIsNoSecondRole() {
        let subject = RuleSubject(claims: JSONValue.object(["roles": ["x,admin", " y "]]).canonicalBytes())
        let headers = [InjectedHeader(name: "X-User-Roles", claim: "roles")]
        #expect(subject.headerValues(of: headers, ClaimNames(["roles"])) == ["x%2Cadmin,%20y%20"])
    }

    @Test func roleThatOnlyLooksAlikeIsAnother() throws {
        let rules = try RuleBench.rules(["routes": [RuleBench.route("/k", ["roles": ["any": ["K8S"]]])]])
        let bench = ScriptedRules()
        #expect(try bench.decide(rules, "GET", "/k", as: ["roles": ["K8S"]]).verdict == .allow)
        #expect(try bench.decide(rules, "GET", "/k", as: ["roles": ["\u{212A}8S"]]).verdict == .deny(status: 403))
    }

    @Test func headerGetsOneClaimWhereverItIsInjected() {
        let failures = RuleBench.failures(
            ["inject": ["X-User-Id": "id"]], ["hosts": ["b.test"], "inject": ["X_User_Id": "email"]])
        #expect(failures.map(\.code) == ["rules.conflict"])
    }

    @Test func headersAreOneNameHoweverTheirSignsAreWritten() {
        #expect(
            ["X-User-Id", "x_user_id", "X.User.Id", "X~User-Id"].map(InjectedHeader.key)
                == Array(repeating: "x-user-id", count: 4))
    }
}
