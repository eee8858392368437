extension Denial.Code {
    /// Userinfo cannot be had, is not JSON, or is about somebody else (OpenID Connect Core 5.3.2).
    public static let userinfo = Denial.Code("oauth.userinfo")
    /// The source of unpredictable bytes gave none, so nothing was begun.
    public static let random = Denial.Code("random.unavailable")
}
