/// Renders the built-in pages (contract 11). Templates and style sheet are prepared once; a page is then one pass.
///
/// Every value is escaped, whoever it came from. Pages load nothing from anywhere and run no script.
public struct PageRenderer: Sendable {
    private let templates: PageTemplates
    private let style: PageStyle
    private let theme: ThemeConfiguration
    let siteName: String
    let signInUrl: String
    let homeUrl: String
    /// Origins that any form may lead to: where a sign-in or a sign-out ends.
    private let endOrigins: [String]

    /// - Parameters:
    ///   - siteName: what the pages call the site.
    ///   - signInUrl: where the error and start pages lead: `{basePath}/signin`, absolute or a path.
    ///   - homeUrl: the site itself.
    ///   - endsAt: URLs beyond this origin where a sign-in or a sign-out may end.
    init(
        theme: ThemeConfiguration, siteName: String, signInUrl: String = "/auth/signin", homeUrl: String = "/",
        endsAt: [String] = []
    ) {
        // swift-format-ignore: NeverUseForceTry
        templates = try! PageTemplates()  // part of the binary, each rendered by the tests: no input makes this fail
        style = PageStyle(theme: theme)
        self.theme = theme
        self.siteName = siteName
        self.signInUrl = signInUrl
        self.homeUrl = homeUrl
        endOrigins = endsAt
    }

    /// The pages of a configuration: its theme and addresses; called `theme.name`, or the host where that is not set.
    public init(_ configuration: Configuration) {
        let origin = configuration.origin
        let pages = configuration.pages
        self.init(
            theme: configuration.theme, siteName: configuration.theme.name ?? origin.authority,
            signInUrl: "\(origin)\(configuration.basePath)/signin", homeUrl: "\(origin)/",
            endsAt: configuration.redirects.map(\.description)
                + [pages.signIn, pages.signOut, pages.error, pages.newUser].compactMap { $0 })
    }

    /// Fills in a page's template and what all of them share.
    func page(
        _ kind: PageKind, title: String, status: Int = 200, targets: ContentSecurityPolicy.FormTargets,
        _ fields: PageFields
    ) -> Page {
        var all = fields
        all["title"] = HTMLText(title)
        all["kind"] = HTMLText(kind.rawValue)
        all["theme"] = HTMLText(theme.colorScheme.rawValue)
        all["style"] = style.css
        all["siteName"] = HTMLText(siteName)
        all["homeUrl"] = HTMLText(url: homeUrl)
        all["signInUrl"] = HTMLText(url: signInUrl)
        return Page(
            status: status, html: templates.render(kind, all),
            contentSecurityPolicy: ContentSecurityPolicy(style: style.source).header(targets.adding(endOrigins)))
    }
}

/// The built-in pages; the raw value is the class of the element around the card (contract 11).
enum PageKind: String, Sendable, CaseIterable {
    case signIn = "signin"
    case signOut = "signout"
    case error
    case start
}
