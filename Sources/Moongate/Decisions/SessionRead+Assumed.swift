extension SessionRead {
    /// A session that nobody has: of a user with these claims, as rules would see them after all hooks. For `explain` and
    /// for tests.
    package init(assuming claims: Claims) {
        self.init(session: claims, subject: RuleSubject(claims: claims.canonicalBytes))
    }
}
