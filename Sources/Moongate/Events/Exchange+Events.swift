import HTTPTypes

extension Exchange {
    /// Notes that something has happened, if anybody listens to it. It is told once the answer is made.
    func note(_ name: AuthEvent.Name, _ content: @autoclosure () throws -> AuthEvent.Content) rethrows {
        guard generation.events.hear(name) else { return }
        events.append(AuthEvent(try content(), time: now, request: eventRequest))
    }

    /// Notes what a sign-in has stored.
    func note(stored changes: [StoreChange], of user: User, _ attempt: SignInAttempt) {
        for change in changes {
            switch change {
            case .insertUser(let user): note(.createUser, .createUser(user: user.forHooks))
            case .insertAccount(let account):
                note(
                    .linkAccount,
                    .linkAccount(user: user.forHooks, account: account.claims, profile: attempt.user.forHooks))
            default: break
            }
        }
    }

    /// Hands the events of this request over, after its worker has been given back: a full queue makes the request
    /// wait, and one that waits must not hold what the events need. A client that goes away meanwhile changes nothing.
    func handOverEvents() async {
        guard !events.isEmpty else { return }
        await engine.events.add(EventBatch(generation: generation, events: events))
        events = []
    }

    private var eventRequest: AuthEvent.Request {
        AuthEvent.Request(
            id: request.id ?? "-", ip: ClientAddress.resolve(request, trusted: configuration.trustedProxies),
            userAgent: request.headers[.userAgent].map { String($0.prefix(512)) })
    }
}

extension Account {
    /// The account as the `linkAccount` event shows it: what is stored of it, without `userId` (contract 4.6).
    var claims: Claims {
        var claims = Claims([
            "provider": .string(provider), "type": .string(type), "providerAccountId": .string(providerAccountId),
        ])
        claims["refresh_token"] = tokens.refreshToken.map(JSONValue.string)
        claims["access_token"] = tokens.accessToken.map(JSONValue.string)
        claims["expires_at"] = tokens.expiresAt.map(JSONValue.integer)
        claims["token_type"] = tokens.tokenType.map(JSONValue.string)
        claims["scope"] = tokens.scope.map(JSONValue.string)
        claims["id_token"] = tokens.idToken.map(JSONValue.string)
        claims["session_state"] = tokens.sessionState.map(JSONValue.string)
        return claims
    }
}
