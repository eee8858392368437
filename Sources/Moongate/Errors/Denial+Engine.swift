extension Denial.Code {
    // What the engine itself refuses.
    /// The CSRF token is missing or not the one in this browser's cookie (contract 2.2).
    public static let csrf = Denial.Code("csrf.missing")
    /// A `signIn` hook refused.
    public static let signInDenied = Denial.Code("signIn.denied")
    /// The account is another user's, or its address is another user's (contract 5.2).
    public static let accountNotLinked = Denial.Code("account.notLinked")
    /// Scripts are off (`--no-scripts`), and with them whatever `signIn.lua` would refuse.
    public static let scriptsOff = Denial.Code("scripts.off")
    /// The credentials belong to nobody.
    public static let credentials = Denial.Code("credentials.refused")
    /// The development key is missing or wrong.
    public static let developmentKey = Denial.Code("dev.key")
    /// A Host that is not this machine's own, in development mode.
    public static let foreignHost = Denial.Code("dev.foreignHost")
    /// A forwarding header or a peer from elsewhere, in development mode.
    public static let forwarded = Denial.Code("dev.forwarded")
    /// The provider is not configured.
    public static let unknownProvider = Denial.Code("provider.unknown")
    /// The endpoint does not take this method.
    public static let unknownAction = Denial.Code("request.unknownAction")
    /// A URL to go to that is neither this site's nor listed in `redirects`.
    public static let foreignRedirect = Denial.Code("redirect.foreign")
    /// The session cookie cannot be opened, has expired, or is not a session.
    public static let session = Denial.Code("session.unreadable")
    /// Sealing the token would make it larger than a token that is read.
    public static let sessionTooLarge = Denial.Code("session.tooLarge")
    /// Events were given up when the program stopped.
    public static let eventsLeft = Denial.Code("events.left")
    /// A script tried to change a reserved claim (it kept its value).
    public static let reservedClaim = Denial.Code("claims.reserved")
}
