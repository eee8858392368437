import MoongateTokens

extension Exchange {
    /// E14: the form's fields go to the `authorize` hooks; what they return is the user.
    func signInWithCredentials(
        _ provider: Provider, _ form: CredentialsConfiguration
    ) async throws -> ActionOutcome {
        try checkSignInIsOn()
        var fields = body.object
        fields["csrfToken"] = nil
        fields["callbackUrl"] = nil
        let credentials = Claims(fields)
        let input = CredentialsInput(
            credentials: credentials, provider: provider.id,
            peer: ClientAddress.resolve(request, trusted: configuration.trustedProxies))
        let found: Claims
        switch try await pipeline.authorize(input) {
        case .user(let user):
            guard UserTable.isUser(user.members) else {
                throw ScriptFailure(code: "hook.type", message: "authorize must return a user with an id")
            }
            found = user
        case .refuse: throw CredentialsRefusal(code: "credentials", reason: "authorize returned no user")
        case .deny(let denial): throw CredentialsRefusal(code: denial.code.name, reason: denial.reason)
        }
        let id = Self.accountID(found["id"] ?? .null)
        let isStored = configuration.session.strategy == .database
        let user = User(
            id: isStored ? try UUIDv4.make(ports.random) : id, name: found["name"]?.stringValue,
            email: found["email"]?.stringValue.flatMap(EmailAddress.normalized), image: found["image"]?.stringValue)
        return try await complete(
            SignInAttempt(
                provider: provider, accountType: "credentials", providerAccountId: id, user: user,
                furtherFields: UserTable.further(found, isStored: isStored),
                account: Claims([
                    "provider": .string(provider.id), "type": "credentials", "providerAccountId": .string(id),
                ]),
                credentials: credentials, isStored: isStored))
    }

    /// Ids are strings inside; a script may return an integer.
    private static func accountID(_ value: JSONValue) -> String {
        value.stringValue ?? value.integerValue.map { String($0) } ?? ""
    }

    /// "Sign in as …", in development mode: whoever has this start's key is whoever they say they are.
    func signInAsDeveloper(_ provider: Provider) async throws -> ActionOutcome {
        guard let development = configuration.development,
            hasDevelopmentKey || body["key"].map(development.matches) == true
        else { throw Denial(.developmentKey, "open the link that the terminal shows: it carries the key") }
        guard let email = body["email"].flatMap(EmailAddress.normalized) else {
            throw CredentialsRefusal(code: "email", reason: "the dev form needs an e-mail address")
        }
        let name = body["name"].flatMap { $0.isEmpty ? nil : $0 } ?? String(email.prefix { $0 != "@" })
        let groups = (body["groups"] ?? "").split(separator: ",").map { group in
            JSONValue.string(String(group.trimmingBlanks))
        }
        let profile = Claims([
            "sub": .string(email), "email": .string(email), "email_verified": true, "name": .string(name),
            "groups": .array(groups.filter { $0 != "" }),
        ])
        return try await complete(
            SignInAttempt(
                provider: provider, accountType: "credentials", providerAccountId: email,
                user: User(id: try UUIDv4.make(ports.random), name: name, email: email), profile: profile,
                account: Claims([
                    "provider": .string(provider.id), "type": "credentials", "providerAccountId": .string(email),
                ]),
                linksByEmail: true))
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
