import MoongateTokens

extension Exchange {
    /// From a proven account to a session (contract 4.4): `signIn` hooks, linking, `jwt` hooks, and only then one write.
    /// A hook or a store that fails leaves nothing behind.
    func complete(_ attempt: SignInAttempt) async throws -> ActionOutcome {
        // A `redirect` hook that was cancelled led to the default page, as any that fails: nobody is there to sign in.
        try Task.checkCancellation()
        try checkSignInIsOn()
        let store = attempt.isStored ? ports.store : nil
        let owner = try await store?.findUser(
            provider: attempt.provider.id, providerAccountId: attempt.providerAccountId)
        let input = SignInInput(
            user: attempt.forHooks(owner ?? attempt.user), account: attempt.account, profile: attempt.profile,
            credentials: attempt.credentials)
        switch try await pipeline.signIn(input) {
        case .allow: break
        case .deny(let denial): throw SignInRefusal(denial: denial)
        case .redirect(let url): return .redirect(try await checkedRedirect(url, from: "the signIn hook"))
        }
        var changes: [StoreChange] = []
        let (user, isNewUser) = try await link(attempt, owner: owner, store: store, &changes)
        switch configuration.session.strategy {
        case .jwt:
            // Unknown without a store, but never unknown for credentials (contract 4.4).
            let isKnown = store != nil || !attempt.isStored
            try await issueToken(attempt, user, isNewUser: isKnown ? isNewUser : nil, changes)
        case .database: try await issueStoredSession(user, changes)
        }
        note(stored: changes, of: user, attempt)
        note(
            .signIn,
            .signIn(
                user: user.forHooks, account: attempt.account, profile: attempt.profile,
                isNewUser: store == nil ? nil : isNewUser))
        logger.info(
            "Signed in",
            metadata: ["provider": .string(attempt.provider.id), "userId": .string(user.id), "new": "\(isNewUser)"])
        if isNewUser, let page = configuration.pages.newUser {
            return .redirect(adding([("callbackUrl", callbackURL)], to: page))
        }
        return .redirect(callbackURL)
    }

    /// Without scripts nobody knows whom they would refuse.
    func checkSignInIsOn() throws {
        guard !generation.refusesSignIn else {
            throw SignInRefusal(denial: Denial(.scriptsOff, "scripts are off, and config.lua does not allow that"))
        }
    }

    private func link(
        _ attempt: SignInAttempt, owner: User?, store: (any AuthStore)?, _ changes: inout [StoreChange]
    ) async throws -> (User, isNewUser: Bool) {
        guard let store else { return (attempt.user, false) }
        let linking = AccountLinking(
            owner: owner, signedIn: attempt.linksToSignedIn ? try await signedInUser(store) : nil,
            sameEmail: owner == nil ? try await userWithEmail(of: attempt, store) : nil,
            linksByEmail: attempt.linksByEmail)
        switch linking.decide() {
        case .signIn(let user): return (user, false)
        case .refuse(let reason): throw Denial(.accountNotLinked, reason)
        case .link(let user):
            changes.append(.insertAccount(account(of: attempt, user)))
            return (user, false)
        case .create:
            changes += [.insertUser(attempt.user), .insertAccount(account(of: attempt, attempt.user))]
            return (attempt.user, true)
        }
    }

    private func userWithEmail(of attempt: SignInAttempt, _ store: any AuthStore) async throws -> User? {
        guard let email = attempt.user.email else { return nil }
        return try await store.findUser(email: email)
    }

    private func account(of attempt: SignInAttempt, _ user: User) -> Account {
        Account(
            userId: user.id, type: attempt.accountType, provider: attempt.provider.id,
            providerAccountId: attempt.providerAccountId, tokens: attempt.tokens)
    }

    /// Who is signed in with this request's cookie, by a session that has not expired.
    private func signedInUser(_ store: any AuthStore) async throws -> User? {
        guard case .value(let sealed) = SessionCookie(cookies, name: generation.cookies.session).reading else {
            return nil
        }
        switch configuration.session.strategy {
        case .jwt:
            guard let token = try? SessionToken(opening: sealed, keys: generation.keys.session, now: now),
                !engine.ledger.isEnded(token.sid, now: now),
                let id = (try? Claims(parsing: token.payload))?["sub"]?.stringValue
            else { return nil }
            return try await store.findUser(id: id)
        case .database:
            guard let found = try await store.findSession(key: sessionKey(sealed)), found.session.expires > now else {
                return nil
            }
            return found.user
        }
    }

    private func issueToken(
        _ attempt: SignInAttempt, _ user: User, isNewUser: Bool?, _ changes: [StoreChange]
    ) async throws {
        var claims = Claims(["sub": .string(user.id), "auth_time": .integer(now.seconds), "ver": .integer(0)])
        let sid = Base64URL.encode(try ports.random.bytes(16))
        claims["sid"] = .string(sid)
        claims["name"] = user.name.map(JSONValue.string)
        claims["email"] = user.email.map(JSONValue.string)
        claims["picture"] = user.image.map(JSONValue.string)
        let input = JWTInput(
            user: attempt.forHooks(user), account: attempt.account, profile: attempt.profile,
            trigger: isNewUser == true ? "signUp" : "signIn", isNewUser: isNewUser)
        let cookie = SessionCookie(cookies, name: generation.cookies.session)
        guard let payload = try await pipeline.jwt(claims.canonicalBytes, input) else {
            try await apply(changes)
            cookiesOut += cookie.clearing(secure: isSecure)
            return
        }
        let sealed = try seal(payload, sid: sid, version: 0)
        try await apply(changes)
        cookiesOut += cookie.writing(
            sealed, name: generation.cookies.session, expires: now.adding(seconds: configuration.session.maxAge),
            secure: isSecure)
    }

    func apply(_ changes: [StoreChange]) async throws {
        guard !changes.isEmpty else { return }
        guard let store = ports.store else { throw StoreError(.configuration, "no database is configured") }
        try await store.apply(changes)
    }
}
