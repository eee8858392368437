/// Builds a page's `Content-Security-Policy`: nothing is loaded, nothing runs, nobody frames the page.
struct ContentSecurityPolicy: Sendable {
    /// The style sheet's digest source.
    let style: String

    /// Where a form of the page may end up.
    ///
    /// Browsers hold `form-action` against every redirect after a POST too. A sign-in form leads through an identity
    /// provider, which may lead through others that we cannot know.
    enum FormTargets: Sendable {
        /// This origin, and these.
        case origins([String])
        /// This origin, anything on https, and these (a provider on http, while developing).
        case anySecure([String])

        /// The same, and these origins.
        func adding(_ more: [String]) -> FormTargets {
            switch self {
            case .origins(let origins): .origins(origins + more)
            case .anySecure(let origins): .anySecure(origins + more)
            }
        }
    }

    func header(_ targets: FormTargets) -> String {
        let sources =
            switch targets {
            case .origins(let origins): ["'self'"] + origins.compactMap(ContentSecurityPolicy.source)
            case .anySecure(let origins): ["'self'", "https:"] + origins.compactMap(ContentSecurityPolicy.source)
            }
        return "default-src 'none'; style-src \(style); img-src 'self' data:; "
            + "form-action \(sources.joined(separator: " ")); frame-ancestors 'none'; base-uri 'none'"
    }

    /// An origin, from a URL or an origin as written. Anything else is left out, so that no value adds a directive.
    private static func source(_ url: String) -> String? {
        Origin.prefix(of: Array(url.utf8))?.origin.description
    }
}
