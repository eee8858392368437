import Testing

@testable import Moongate

@Suite struct AuthorizationResponseTests {
    private func code(
        _ parameters: [(String, String)], state: String? = "S", announcesIssuer: Bool = true
    ) async -> Result<String, Denial> {
        var document = ProviderStandIn.metadata
        document["authorization_response_iss_parameter_supported"] = .bool(announcesIssuer)
        do throws(Denial) {
            let metadata = try IssuerMetadata(
                json: JSONValue.object(document).canonicalBytes(), configuration: ProviderStandIn.configuration)
            let response = AuthorizationResponse(parameters)
            try response.check(state: state)
            return .success(try response.code(from: metadata))
        } catch { return .failure(error) }
    }

    private func refused(_ code: Denial.Code) -> Result<String, Denial> { .failure(Denial(code, "")) }
    private let iss = ("iss", ProviderStandIn.issuer)

    @Test func codeIsTakenWhenAllIsInOrder() async {
        #expect(await code([("code", "c"), ("state", "S"), iss, ("session_state", "x")]) == .success("c"))
    }

    @Test func wrongMissingOrDoubledStateIsRefused() async {
        #expect(await code([("code", "c"), ("state", "T"), iss]) == refused(.state))
        #expect(await code([("code", "c"), ("state", ""), iss]) == refused(.state))
        #expect(await code([("code", "c"), iss]) == refused(.state))
        #expect(await code([("state", "bad"), ("code", "c"), ("state", "S"), iss]) == refused(.state))
        #expect(await code([("error", "access_denied"), ("state", "T")]) == refused(.state))
    }

    @Test func stateThatWasNotSentIsPassedOver() async {
        #expect(await code([("code", "c"), ("state", "any"), iss], state: nil) == .success("c"))
    }

    @Test(arguments: ["code", "iss", "whatever"])
    func doubledParametersAreRefused(name: String) async {
        let good = [("code", "c"), ("state", "S"), iss, ("whatever", "1")]
        #expect(await code(good) == .success("c"))
        #expect(await code(good + [(name, "c")]) == refused(.badResponse))
    }

    @Test(arguments: ["https://id.example.com/", "https://ID.example.com", "https://evil.example", ""])
    func otherIssuersAreRefused(issuer: String) async {
        let answer = [("code", "c"), ("state", "S"), ("iss", issuer)]
        #expect(await code(answer) == refused(.responseIssuer))
        #expect(await code(answer, announcesIssuer: false) == refused(.responseIssuer))
    }

    @Test func missingIssuerIsRefusedWhereItWasAnnounced() async {
        #expect(await code([("code", "c"), ("state", "S")]) == refused(.responseIssuer))
        #expect(await code([("code", "c"), ("state", "S")], announcesIssuer: false) == .success("c"))
    }

    @Test func refusalOfTheProviderNeedsNoIssuerButNoWrongOneEither() async {
        #expect(await code([("error", "access_denied"), ("state", "S")]) == refused(.providerRefused))
        #expect(await code([("error", "x"), ("state", "S"), ("iss", "https://evil")]) == refused(.responseIssuer))
    }

    @Test func contradictionsAreRefused() async {
        #expect(await code([("error", "x"), ("code", "c"), ("state", "S")]) == refused(.badResponse))
        for name in ["response", "id_token", "token", "access_token"] {
            #expect(await code([("code", "c"), ("state", "S"), iss, (name, "x")]) == refused(.badResponse))
        }
        #expect(await code([("state", "S"), iss]) == refused(.badResponse))
        #expect(await code([("code", ""), ("state", "S"), iss]) == refused(.badResponse))
    }

    @Test(arguments: ["<script>", "a\nb", "", String(repeating: "a", count: 65)])
    func strangeErrorNamesStayOutOfTheLog(name: String) {
        #expect(OAuthErrorName.forLog(name) == OAuthErrorName.forLog(nil))
        #expect(OAuthErrorName.forLog("access_denied") == "access_denied")
    }
}
