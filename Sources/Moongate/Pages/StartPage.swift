/// What the built-in start page shows: who is signed in, and their session as a client would get it.
public struct StartPage: Sendable {
    /// The body of `GET {basePath}/session`: JSON, `null` when nobody is signed in.
    public var session: [UInt8]
    /// The user's name, where the session has one.
    public var userName: String?
    /// The user's address, where the session has one.
    public var userEmail: String?
    /// `{basePath}/signout`.
    public var signOutUrl: String
    /// With it, signing out is one press; without it, the sign-out page asks.
    public var csrfToken: String?
    /// Whether the page points to the scripts.
    public var isDevelopment: Bool
    /// In development mode, why the files as they are now were not taken, one mistake a line; `nil` when they were.
    public var refusedFiles: String?

    /// A page from its parts.
    public init(
        session: [UInt8], userName: String? = nil, userEmail: String? = nil, signOutUrl: String,
        csrfToken: String? = nil, isDevelopment: Bool = false, refusedFiles: String? = nil
    ) {
        self.session = session
        self.userName = userName
        self.userEmail = userEmail
        self.signOutUrl = signOutUrl
        self.csrfToken = csrfToken
        self.isDevelopment = isDevelopment
        self.refusedFiles = refusedFiles
    }

    /// Whether there is a session at all.
    var isSignedIn: Bool { !session.isEmpty && session != Array("null".utf8) }
}
