/// What the sign-out page needs.
public struct SignOutPage: Sendable {
    /// Where the form posts to: `{basePath}/signout`.
    public var action: String
    /// The token that the page's cookie belongs to (contract 2.2).
    public var csrfToken: String
    /// Where to go afterwards; checked already.
    public var callbackUrl: String

    /// A page from its parts.
    public init(action: String, csrfToken: String, callbackUrl: String) {
        self.action = action
        self.csrfToken = csrfToken
        self.callbackUrl = callbackUrl
    }
}

extension PageRenderer {
    /// The page that asks before it signs out; always 200.
    public func signOut(_ model: SignOutPage) -> Page {
        page(
            .signOut, title: "Sign Out", targets: .origins([]),
            [
                "action": HTMLText(url: model.action),
                "csrfToken": HTMLText(model.csrfToken),
                "callbackUrl": HTMLText(model.callbackUrl),
            ])
    }
}
