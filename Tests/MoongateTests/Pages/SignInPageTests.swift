import Testing

@testable import Moongate

@Suite struct SignInPageTests {
    private let renderer = PageRendererTests.renderer
    private let corp = SignInForm(id: "corp", name: "Corp", action: "/auth/signin/corp", kind: .button)
    private let form = SignInForm(
        id: "ldap", name: "LDAP", action: "/auth/callback/ldap",
        kind: .fields([
            .init(name: "user", label: "Name", placeholder: "as at work"),
            .init(name: "secret", label: "Password", type: "password"),
        ]))
    private func dev(asksForKey: Bool) -> SignInForm {
        SignInForm(id: "dev", name: "dev", action: "/auth/callback/dev", kind: .development(asksForKey: asksForKey))
    }

    private func page(_ forms: SignInForm..., error: String? = nil, targets: [String] = []) -> Page {
        renderer.signIn(
            SignInPage(
                csrfToken: "c5f", callbackUrl: "https://example.com/next", forms: forms, error: error,
                formTargets: targets))
    }

    @Test func titleAndClassAreThoseOfTheContract() {
        let html = page(corp).text
        #expect(html.contains("<title>Sign In</title>"))
        #expect(html.contains(#"<div class="signin">"#))
        #expect(page(corp).status == 200)
    }

    @Test func providerIsAFormWithOneButton() {
        let html = page(corp).text
        #expect(html.contains(#"<form method="post" action="/auth/signin/corp">"#))
        #expect(html.contains(#"<input type="hidden" name="csrfToken" value="c5f">"#))
        #expect(html.contains(#"<input type="hidden" name="callbackUrl" value="https://example.com/next">"#))
        #expect(html.contains(">Sign in with Corp</button>"))
    }

    @Test func credentialsHaveLabelledFields() {
        let html = page(form).text
        #expect(html.contains(#"<form method="post" action="/auth/callback/ldap">"#))
        #expect(html.contains(#"<label for="input-user-for-ldap-provider">Name</label>"#))
        #expect(html.contains(#"<input id="input-user-for-ldap-provider" name="user" type="text""#))
        #expect(html.contains(#" placeholder="as at work" autocomplete="username" autofocus>"#))
        #expect(html.contains(#"name="secret" type="password" autocomplete="current-password">"#))
        #expect(html.contains(">Sign in with LDAP</button>"))
    }

    @Test(arguments: ["hidden", "file", "submit", "image", "TEXT\" autofocus"])
    func fieldOfAnUnknownTypeIsATextField(_ type: String) {
        let odd = SignInForm(
            id: "x", name: "X", action: "/a", kind: .fields([.init(name: "f", label: "F", type: type)]))
        #expect(page(odd).text.contains(#"name="f" type="text""#))
    }

    @Test func onlyTheFirstFieldHasTheFocus() {
        #expect(page(corp, form, dev(asksForKey: false)).text.split(separator: " autofocus>").count == 2)
        #expect(!page(corp).text.contains("autofocus"))
    }

    @Test func formsAndButtonsAreKeptApart() {
        let other = SignInForm(id: "uni", name: "University", action: "/auth/signin/uni", kind: .button)
        #expect(page(form, corp, other).text.split(separator: "<hr>").count == 2)
        #expect(!page(corp, other).text.contains("<hr>"))
        #expect(!page(form).text.contains("<hr>"))
    }

    @Test func formsComeInTheirOrder() throws {
        let html = page(form, corp).text
        let first = try #require(html.firstRange(of: "with LDAP"))
        let second = try #require(html.firstRange(of: "with Corp"))
        #expect(first.lowerBound < second.lowerBound)
    }

    @Test func developmentFormSaysWhatItIs() {
        let html = page(dev(asksForKey: false)).text
        #expect(html.contains("<strong>Development mode</strong>"))
        #expect(html.contains(#"name="email" type="email""#) && html.contains(#"name="name""#))
        #expect(html.contains(#"name="groups""#))
        #expect(!html.contains(#"name="key""#))
    }

    @Test func developmentFormAsksForTheKeyOnlyUntilItIsKnown() {
        let html = page(dev(asksForKey: true)).text
        #expect(html.contains(#"name="key" type="password""#))
        #expect(html.contains(#"aria-describedby="input-key-for-dev-provider-hint""#))
        #expect(html.contains(#"id="input-key-for-dev-provider-hint">Printed on the terminal"#))
    }

    @Test func emptyPageSaysSo() {
        #expect(page().text.contains("No way to sign in"))
        #expect(!page(corp).text.contains("No way to sign in"))
    }

    @Test func configuredProvidersPostWhereTheContractSays() {
        let oidc = Provider(
            id: "corp", name: "Corp", kind: .oidc(.init(issuer: "https://i.example", clientId: "c", clientSecret: nil)))
        let fields = Provider(id: "own", name: "Own", kind: .credentials(.init(fields: [])))
        let base = "https://example.com/auth"
        #expect(SignInForm(oidc, baseUrl: base, asksForKey: false).action == base + "/signin/corp")
        #expect(SignInForm(fields, baseUrl: base, asksForKey: false).action == base + "/callback/own")
    }
}

/// Messages and the policy.
@Suite struct SignInPageAnswerTests {
    private func page(_ forms: [SignInForm] = [], error: String? = nil, targets: [String] = []) -> Page {
        PageRendererTests.renderer.signIn(
            SignInPage(csrfToken: "t", callbackUrl: "/", forms: forms, error: error, formTargets: targets))
    }

    @Test func errorIsAnnounced() {
        let html = page(error: "CredentialsSignin").text
        #expect(html.contains(#"<div class="error" role="alert"><p>Sign-in failed."#))
    }

    @Test func noErrorMeansNoAlert() {
        #expect(!page().text.contains("role=\"alert\""))
    }

    @Test(arguments: ["", "MissingCSRF", "AccountNotLinked", "x", "<script>alert(1)</script>"])
    func unknownErrorIsGeneralAndNotShown(_ error: String) {
        let html = page(error: error).text
        #expect(html.contains("<p>Sign-in did not work. Please try again.</p>"))
        #expect(error.isEmpty || error == "x" || !html.contains(error))
    }

    @Test func knownErrorsHaveTheirSentences() {
        let codes = [
            "OAuthCallbackError", "OAuthAccountNotLinked", "EmailSignin", "CredentialsSignin", "SessionRequired",
        ]
        #expect(Set((codes + ["other"]).map(SignInMessage.text)).count == 6)
        #expect(SignInMessage.text("OAuthSignin") == SignInMessage.text("Callback"))
    }

    @Test func formsStayHereUnlessAProviderLeadsAway() {
        let corp = SignInForm(id: "corp", name: "Corp", action: "/auth/signin/corp", kind: .button)
        #expect(page().contentSecurityPolicy.contains("form-action 'self';"))
        #expect(page([corp]).contentSecurityPolicy.contains("form-action 'self' https:;"))
        let local = page([corp], targets: ["http://127.0.0.1:5000/realms/x"])
        #expect(local.contentSecurityPolicy.contains("form-action 'self' https: http://127.0.0.1:5000;"))
    }

    @Test(arguments: ["x; script-src *", "javascript:", "*", "https://a.example; script-src *", "https://a b.example"])
    func targetThatIsNoOriginAddsNothing(_ target: String) {
        #expect(page(targets: [target]).contentSecurityPolicy == page().contentSecurityPolicy)
    }
}
