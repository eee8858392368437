/// Whose sign-in this is (contract 5.2), decided from what the store knows. Nothing is read or written here.
struct AccountLinking {
    /// The user whom the account is linked to.
    var owner: User?
    /// Who is signed in with a session that has not expired.
    var signedIn: User?
    /// The user with the same e-mail address.
    var sameEmail: User?
    /// `allowDangerousEmailAccountLinking`.
    var linksByEmail = false

    enum Decision: Equatable {
        /// The account is linked already: sign in its owner.
        case signIn(User)
        /// Link the account to this user.
        case link(User)
        /// Make a new user and link the account.
        case create
        /// `OAuthAccountNotLinked`, and why.
        case refuse(String)
    }

    func decide() -> Decision {
        if let owner {
            if let signedIn, signedIn.id != owner.id { return .refuse("the account is linked to another user") }
            return .signIn(owner)
        }
        if let signedIn { return .link(signedIn) }
        guard let sameEmail else { return .create }
        return linksByEmail ? .link(sameEmail) : .refuse("the e-mail address belongs to a user without this account")
    }
}
