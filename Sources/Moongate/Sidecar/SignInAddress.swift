/// Where people sign in who want to go somewhere.
package struct SignInAddress: Sendable {
    /// Absolute: `https://shop.example.com/auth/signin`.
    private let page: String
    /// Where to go afterwards: absolute and checked; `nil` for the default page.
    private let callbackURL: String?

    /// - Parameter url: Where the client wanted to go. Unless it is on this site or an origin in `redirects`, nobody is
    ///   sent back there.
    package init(_ configuration: Configuration, returningTo url: String?) {
        page = "\(configuration.origin)\(configuration.basePath)/signin"
        callbackURL = url.flatMap(RedirectCheck(configuration).resolve)
    }

    /// Where a request that came here itself wanted to go: absolute, not checked. The site's own origin where it names
    /// the site's host without a port.
    package static func url(of request: CanonicalRequest, authority: String?, _ origin: Origin) -> String {
        let authority = authority ?? request.host
        if request.host == origin.host, authority.utf8.count == request.host.utf8.count {
            return origin.description + request.target
        }
        return "\(origin.scheme.rawValue)://\(authority)\(request.target)"
    }

    /// Whether people come back to where they wanted to go.
    var returns: Bool { callbackURL != nil }

    /// The sign-in page; of one provider alone where a rule names one.
    func login(provider: String?) -> String { url([("provider", provider)]) }

    /// The sign-in page, where signing in is asked for anew of who is signed in at the provider already.
    var stepUp: String { url([("prompt", "login")]) }

    private func url(_ parameters: [(name: String, value: String?)]) -> String {
        var url = page
        for (name, value) in [("callbackUrl", callbackURL)] + parameters {
            guard let value else { continue }
            url += url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
            url += name + "=" + PercentCoding.encodeComponent(value)
        }
        return url
    }
}
