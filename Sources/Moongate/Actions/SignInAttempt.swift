/// What a provider brought: somebody who proved to be this account, and is not signed in yet.
struct SignInAttempt: Sendable {
    let provider: Provider
    /// The `accounts.type` column.
    let accountType: String
    let providerAccountId: String
    /// The user as the provider describes them; `id` is fresh.
    var user: User
    /// What `authorize` says of the user beside that, for the hooks of this sign-in; nothing of it is stored.
    var furtherFields = Claims()
    /// The provider's claims, for hooks.
    var profile: Claims?
    /// The account with all that the token endpoint gave, for hooks.
    var account: Claims
    /// What is stored of it.
    var tokens = AccountTokens()
    /// What the form held, for the `signIn` hook.
    var credentials: Claims?
    /// Whether it is linked to whoever is signed in now.
    var linksToSignedIn = false
    /// Whether it is linked to the user with the same address.
    var linksByEmail = false
    /// Whether the store is told: not for credentials of strategy `jwt` (contract 8.1).
    var isStored = true
}

extension SignInAttempt {
    /// A user as the hooks of this sign-in see them: what `authorize` returned is all there (contract 8.1), unless the user
    /// has a field of that name.
    func forHooks(_ user: User) -> Claims {
        Claims(user.forHooks.members.merging(furtherFields.members) { own, _ in own })
    }
}

extension User {
    /// The user as hooks see them.
    package var forHooks: Claims {
        var table = Claims(["id": .string(id)])
        table["name"] = name.map(JSONValue.string)
        table["email"] = email.map(JSONValue.string)
        table["image"] = image.map(JSONValue.string)
        table["emailVerified"] = emailVerified.map { .string($0.iso8601) }
        if !claims.members.isEmpty { table["claims"] = .object(claims.members) }
        return table
    }
}
