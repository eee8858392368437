import MoongateTokens
import Testing

@testable import Moongate

/// What every page has in common.
@Suite struct PageRendererTests {
    static let renderer = PageRenderer(theme: ThemeConfiguration(), siteName: "example.com")

    static let pages: [Page] = [
        renderer.signIn(
            SignInPage(
                csrfToken: "t", callbackUrl: "https://example.com/",
                forms: [
                    SignInForm(id: "corp", name: "Corp", action: "/auth/signin/corp", kind: .button),
                    SignInForm(
                        id: "dev", name: "dev", action: "/auth/callback/dev", kind: .development(asksForKey: true)),
                ], error: "Callback")),
        renderer.signOut(SignOutPage(action: "/auth/signout", csrfToken: "t", callbackUrl: "/")),
        renderer.error("Configuration", incident: "ab12"),
        renderer.error("AccessDenied"),
        renderer.start(StartPage(session: Array(#"{"user":{"name":"Ada"}}"#.utf8), userName: "Ada", signOutUrl: "/o")),
        renderer.start(StartPage(session: Array("null".utf8), signOutUrl: "/o", isDevelopment: true)),
    ]

    @Test(arguments: pages)
    func documentIsWhole(_ page: Page) {
        let html = page.text
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
        #expect(html.contains(#"<meta name="viewport" content="width=device-width, initial-scale=1">"#))
        #expect(html.contains(#"<body class="__next-auth-theme-auto">"#))
        #expect(html.contains(#"<main class="page">"#) && html.contains(#"<div class="card">"#))
        #expect(html.contains("<h1>"))
        #expect(html.hasSuffix("</html>\n") || html.hasSuffix("</html>"))
    }

    @Test(arguments: pages)
    func nothingIsLeftUnfilled(_ page: Page) {
        #expect(!page.text.contains("{{") && !page.text.contains("}}}"))
        #expect(!page.text.contains("nil") && !page.text.contains("HTMLText") && !page.text.contains("Optional("))
    }

    @Test(arguments: pages)
    func policyNamesTheDigestOfTheInlineStyle(_ page: Page) {
        let style = page.text.between("<style>", "</style>")
        let digest = Base64.encode(SHA256.hash(Array(style.utf8)))
        #expect(page.contentSecurityPolicy.contains("style-src 'sha256-\(digest)';"))
    }

    @Test(arguments: pages)
    func pageRunsNoScriptAndLoadsNothing(_ page: Page) {
        let html = page.text
        for forbidden in ["<script", "style=\"", " onclick", " onload", "<iframe", "<img", "@import", "url("] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(page.contentSecurityPolicy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(page.contentSecurityPolicy.hasSuffix("frame-ancestors 'none'; base-uri 'none'"))
        #expect(!page.contentSecurityPolicy.contains("unsafe"))
    }

    @Test(arguments: pages)
    func everyFieldHasALabel(_ page: Page) {
        for piece in page.text.split(separator: "<input id=\"").dropFirst() {
            #expect(page.text.contains("<label for=\"\(piece.prefix { $0 != "\"" })\">"))
        }
    }

    @Test func forcedSchemeStandsOnTheBody() {
        var theme = ThemeConfiguration()
        theme.colorScheme = .dark
        let page = PageRenderer(theme: theme, siteName: "x").error("")
        #expect(page.text.contains(#"<body class="__next-auth-theme-dark">"#))
    }

    @Test func configurationNamesTheSite() throws {
        let origin = try #require(Origin("http://localhost:3000"))
        var configuration = Configuration(origin: origin, secrets: [])
        #expect(PageRenderer(configuration).error("AccessDenied").text.contains("http://localhost:3000/auth/signin\""))
        #expect(PageRenderer(configuration).error("").text.contains("Go to localhost:3000"))
        configuration.theme.name = "Orders"
        #expect(PageRenderer(configuration).error("").text.contains("Go to Orders"))
    }

    @Test func formsMayEndWhereTheConfigurationLetsThem() throws {
        let origin = try #require(Origin("https://example.com"))
        var configuration = Configuration(origin: origin, secrets: [])
        let page = SignOutPage(action: "/auth/signout", csrfToken: "t", callbackUrl: "/")
        let strict = PageRenderer(configuration).signOut(page).contentSecurityPolicy
        #expect(strict.contains("form-action 'self';"))
        configuration.redirects = [try #require(Origin("https://app.example.com"))]
        configuration.pages.newUser = "https://new.example.com/welcome"
        configuration.pages.error = "/oops"
        let open = PageRenderer(configuration).signOut(page).contentSecurityPolicy
        #expect(open.contains("form-action 'self' https://app.example.com https://new.example.com;"))
    }
}

extension Page {
    var text: String { String(decoding: html, as: UTF8.self) }
}

extension String {
    /// What stands between the first `start` and the next `end`; empty where there is none.
    func between(_ start: String, _ end: String) -> String {
        guard let from = firstRange(of: start)?.upperBound, let to = self[from...].firstRange(of: end) else {
            return ""
        }
        return String(self[from..<to.lowerBound])
    }
}

extension StringProtocol {
    func firstRange(of text: String) -> Range<Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(text) { return at..<index(at, offsetBy: text.count) }
            at = index(after: at)
        }
        return nil
    }
}
