/// What functions of a rule file may read of the user: `id`, `name`, `email`, `roles`, and what the file names in `claims`.
struct ReadableClaims: Sendable {
    let claims: ClaimNames
    /// The `user` of a function: another claim cannot be read.
    let strict: HookCall.StrictTable

    static let always = ["email", "id", "name", "roles"]

    /// Sorted by bytes.
    var names: [String] { claims.names }

    init(_ claims: [String]) {
        self.claims = ClaimNames(Self.always + claims)
        strict = HookCall.StrictTable(
            argument: "user", path: "c.user", reason: "not named in claims", fields: self.claims.names)
    }
}
