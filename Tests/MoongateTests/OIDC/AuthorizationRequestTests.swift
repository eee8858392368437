import Testing

@testable import Moongate

@Suite struct AuthorizationRequestTests {
    private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    private func url(
        _ requestParameters: [(String, String)] = [], endpoint: String = "https://id.example.com/authorize",
        configure: (inout OIDCConfiguration) -> Void = { _ in }
    ) -> String {
        var configuration = ProviderStandIn.configuration
        configure(&configuration)
        return AuthorizationRequest(
            configuration: configuration, redirectURI: "https://app.example.com/auth/callback/corp",
            requestParameters: requestParameters, state: "S", nonce: "N", codeVerifier: verifier
        ).url(endpoint: endpoint)
    }

    @Test func urlHoldsEverythingInOrder() {
        #expect(
            url() == "https://id.example.com/authorize?response_type=code&client_id=moongate"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fauth%2Fcallback%2Fcorp&scope=openid+profile+email"
                + "&state=S&nonce=N&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                + "&code_challenge_method=S256")
    }

    @Test func browserMayAskForWhatIsOnTheList() {
        #expect(
            url([("login_hint", "a b@example.com"), ("prompt", "login")])
                .contains("&login_hint=a+b%40example.com&prompt=login&state=S"))
    }

    @Test(arguments: AuthorizationRequest.reserved.sorted() + ["response_mode", "registration", "x", ""])
    func anythingElseOfTheBrowserIsLeftOut(name: String) {
        #expect(url([(name, "evil")]) == url())
    }

    @Test func browserReplacesWhatIsConfiguredAndDoublesNothing() {
        let made = url([("prompt", "none"), ("prompt", "login")]) {
            $0.authorizationParameters = [("prompt", "consent")]
        }
        #expect(made.contains("&prompt=login&") && !made.contains("consent") && !made.contains("none"))
    }

    @Test func overlongValuesOfTheBrowserAreLeftOut() {
        #expect(url([("login_hint", String(repeating: "a", count: 1_025))]) == url())
        #expect(url([("login_hint", String(repeating: "a", count: 1_024))]) != url())
    }

    @Test(arguments: ["state", "redirect_uri", "code_challenge_method"])
    func configurationCannotReplaceWhatIsOurs(name: String) {
        #expect(url { $0.authorizationParameters = [(name, "evil")] } == url())
    }

    @Test func queryOfTheEndpointStays() {
        let made = url(endpoint: "https://id.example.com/authorize?p=policy&display=x")
        #expect(made.hasPrefix("https://id.example.com/authorize?p=policy&display=x&response_type=code"))
    }
}
