import Testing

@testable import Moongate

/// Hostile text in each place of each page.
@Suite struct PageEscapingTests {
    static let hostile = [
        "<script>alert(1)</script>", "\" autofocus onfocus=\"alert(1)", "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "\"\u{301} onfocus=alert(1) x=\"\u{301}", "</style><script>alert(1)</script>", "{{{csrfToken}}}{{#forms}}",
        "--><svg onload=alert(1)>", "</title><script>alert(1)</script>", "</pre><b>",
    ]

    /// The same page with harmless text has as many tags and quotes: nothing was added to its structure.
    private func expectSameStructure(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ page: (String) -> Page
    ) {
        let shape = { (page: Page) in
            page.html.filter { [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\"")].contains($0) }
        }
        #expect(shape(page(text)) == shape(page("harmless")), sourceLocation: sourceLocation)
        #expect(
            page(text).contentSecurityPolicy == page("harmless").contentSecurityPolicy, sourceLocation: sourceLocation)
    }

    @Test(arguments: hostile)
    func signInPageKeepsItsStructure(_ text: String) {
        let renderer = PageRendererTests.renderer
        let field = { (text: String) in CredentialsConfiguration.Field(name: text, label: text, placeholder: text) }
        expectSameStructure(text) { text in
            renderer.signIn(
                SignInPage(
                    csrfToken: text, callbackUrl: text,
                    forms: [
                        SignInForm(id: text, name: text, action: text, kind: .button),
                        SignInForm(id: text, name: text, action: text, kind: .fields([field(text)])),
                        SignInForm(id: text, name: text, action: text, kind: .development(asksForKey: true)),
                    ], error: text, formTargets: [text]))
        }
    }

    @Test(arguments: hostile)
    func otherPagesKeepTheirStructure(_ text: String) {
        let renderer = PageRendererTests.renderer
        expectSameStructure(text) { renderer.error($0, incident: $0) }
        expectSameStructure(text) { renderer.signOut(SignOutPage(action: $0, csrfToken: $0, callbackUrl: $0)) }
        expectSameStructure(text) {
            renderer.start(
                StartPage(session: Array("1".utf8), userName: $0, userEmail: $0, signOutUrl: $0, csrfToken: $0))
        }
    }

    @Test(arguments: hostile)
    func siteNameAndAddressesKeepTheStructure(_ text: String) {
        expectSameStructure(text) {
            PageRenderer(theme: ThemeConfiguration(), siteName: $0, signInUrl: $0, homeUrl: $0).error("AccessDenied")
        }
        expectSameStructure(text) {
            PageRenderer(theme: ThemeConfiguration(), siteName: $0, signInUrl: $0, homeUrl: $0)
                .start(StartPage(session: [], signOutUrl: "/"))
        }
    }

    @Test(arguments: hostile)
    func sessionIsShownAsText(_ text: String) {
        let page = PageRendererTests.renderer.start(StartPage(session: Array(text.utf8), signOutUrl: "/"))
        let shown = page.text.between("aria-labelledby=\"session\">", "</pre>")
        #expect(!shown.isEmpty)
        #expect(!shown.utf8.contains(UInt8(ascii: "<")) && !shown.utf8.contains(UInt8(ascii: "\"")))
    }

    @Test func scriptAddressIsNoFormAction() {
        let form = SignInForm(id: "a", name: "A", action: "javascript:alert(1)", kind: .button)
        let html = PageRendererTests.renderer.signIn(SignInPage(csrfToken: "", callbackUrl: "", forms: [form])).text
        #expect(html.contains(##"action="#""##))
        #expect(!html.contains("javascript:"))
    }
}
