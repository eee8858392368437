import Testing

@testable import Moongate

@Suite struct ErrorPageTests {
    private let renderer = PageRendererTests.renderer

    @Test(arguments: [
        ("Configuration", 500, "Server error"), ("AccessDenied", 403, "Access Denied"),
        ("Verification", 403, "Unable to sign in"), ("Default", 200, "Error"), ("", 200, "Error"),
        ("configuration", 200, "Error"),
    ])
    func statusAndHeadingAreThoseOfTheContract(_ kind: String, _ status: Int, _ heading: String) {
        let page = renderer.error(kind)
        #expect(page.status == status)
        #expect(page.text.contains("<h1>\(heading)</h1>"))
        #expect(page.text.contains("<title>Error</title>") && page.text.contains(#"<div class="error">"#))
    }

    @Test(arguments: ["AccessDenied", "Verification"])
    func refusedUserMayTryAgain(_ kind: String) {
        #expect(renderer.error(kind).text.contains(#"href="/auth/signin">Sign in</a>"#))
    }

    @Test(arguments: ["Configuration", "other"])
    func brokenSiteOffersNoSignIn(_ kind: String) {
        #expect(!renderer.error(kind).text.contains(">Sign in</a>"))
    }

    @Test func incidentIsShownWhereThereIsOne() {
        #expect(renderer.error("Configuration", incident: "ab12").text.contains("<code>ab12</code>"))
        #expect(!renderer.error("Configuration").text.contains("If you ask for help"))
    }
}

@Suite struct SignOutPageTests {
    @Test func askingIsAFormWithOneButton() {
        let html = PageRendererTests.renderer.signOut(
            SignOutPage(action: "/auth/signout", csrfToken: "c5f", callbackUrl: "https://example.com/bye")
        ).text
        #expect(html.contains("<title>Sign Out</title>") && html.contains(#"<div class="signout">"#))
        #expect(html.contains(#"<form method="post" action="/auth/signout">"#))
        #expect(html.contains(#"name="csrfToken" value="c5f""#))
        #expect(html.contains(#"name="callbackUrl" value="https://example.com/bye""#))
        #expect(html.contains(">Sign out</button>"))
    }
}

@Suite struct StartPageTests {
    private func html(
        _ session: String, name: String? = nil, email: String? = nil, token: String? = nil, development: Bool = false
    ) -> String {
        PageRendererTests.renderer.start(
            StartPage(
                session: Array(session.utf8), userName: name, userEmail: email, signOutUrl: "/auth/signout",
                csrfToken: token, isDevelopment: development)
        ).text
    }

    @Test(arguments: ["null", ""])
    func withoutASessionItOffersToSignIn(_ session: String) {
        #expect(html(session).contains("Nobody is signed in"))
        #expect(html(session).contains(#"href="/auth/signin">Sign in</a>"#))
        #expect(!html(session).contains("Sign out") && !html(session).contains("<pre"))
    }

    @Test func withASessionItShowsWhoAndWhat() {
        let page = html(#"{"user":{"name":"Ada"}}"#, name: "Ada", email: "ada@example.com")
        #expect(page.contains("<strong>Ada</strong><span>ada@example.com</span>"))
        #expect(page.contains("&quot;name&quot;: &quot;Ada&quot;"))
        #expect(!page.contains(">Sign in</a>"))
    }

    @Test func addressStandsInForAMissingName() {
        #expect(html("{}", email: "ada@example.com").contains("<strong>ada@example.com</strong></div>"))
        #expect(html("{}").contains("<strong>Somebody without a name</strong></div>"))
    }

    @Test func signingOutIsOnePressWithATokenAndAPageWithout() {
        #expect(html("{}", token: "c5f").contains(#"<form method="post" action="/auth/signout">"#))
        #expect(html("{}").contains(#"<a class="button" href="/auth/signout">Sign out</a>"#))
        #expect(!html("{}").contains("<form"))
    }

    @Test(arguments: [true, false]) func onlyDevelopmentModeSaysWhyFilesWereNotTaken(isDevelopment: Bool) {
        let model = StartPage(
            session: [], signOutUrl: "/o", isDevelopment: isDevelopment,
            refusedFiles: "scripts/jwt.lua:2: <eof> expected")
        let page = PageRendererTests.renderer.start(model).text
        #expect(page.contains("scripts/jwt.lua:2: &lt;eof&gt; expected") == isDevelopment)
    }

    @Test func onlyDevelopmentModePointsToTheScripts() {
        #expect(html("null", development: true).contains("scripts/session.lua"))
        #expect(!html("null").contains("scripts/session.lua"))
    }
}
