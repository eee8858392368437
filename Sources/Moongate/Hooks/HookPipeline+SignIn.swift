import MoongateTokens

extension HookPipeline {
    /// The first refusal or redirect of the `signIn` hooks; ``SignInVerdict/allow`` when there are none.
    func signIn(_ input: SignInInput) async throws -> SignInVerdict {
        if let closure = generation.hooks.signIn {
            let verdict = try await closure(input)
            if verdict != .allow { return verdict }
        }
        guard !generation.chains.signIn.isEmpty else { return .allow }
        let arguments = HookArguments()
            .adding("user", input.user).adding("account", input.account).adding("profile", input.profile)
            .adding("credentials", input.credentials)
        for hook in generation.chains.signIn {
            let call = HookCall(arguments.list, subject: HookSubject(user: input.user))
            let verdict = try Self.signInVerdict(await run(hook, call), hook)
            if verdict != .allow { return verdict }
        }
        return .allow
    }

    private static func signInVerdict(_ result: HookResult, _ hook: HookReference) throws -> SignInVerdict {
        switch result {
        case .denied(let code, let message):
            return .deny(Denial(Denial.Code(code), message ?? "refused by \(hook.file)"))
        case .value(let bytes, _):
            switch try? JSONValue(parsing: bytes) {
            case .bool(true): return .allow
            case .bool(false): return .deny(Denial(.signInDenied, "\(hook.file) returned false"))
            case .string(""): return .deny(Denial(.signInDenied, "\(hook.file) returned an empty string"))
            case .string(let url): return .redirect(url)
            default: break
            }
        case .null, .nothing, .verdict: break
        }
        throw wrongType(hook, expected: "true, false, a URL, or deny{…}")
    }

    /// The first answer of the `redirect` hooks; `nil` for the default.
    func redirect(_ input: RedirectInput) async throws -> String? {
        if let answer = try await generation.hooks.redirect?(input) { return answer }
        guard !generation.chains.redirect.isEmpty else { return nil }
        let arguments = HookArguments().adding("url", .string(input.url)).adding("baseUrl", .string(input.baseUrl))
        for hook in generation.chains.redirect {
            switch try await run(hook, HookCall(arguments.list)) {
            case .null: continue
            case .value(let bytes, _):
                guard case .string(let url)? = try? JSONValue(parsing: bytes) else { fallthrough }
                return url
            default: throw Self.wrongType(hook, expected: "a URL, or nil for the default")
            }
        }
        return nil
    }

    /// The first user or refusal with a code; ``AuthorizeVerdict/refuse`` when no hook knows the user.
    func authorize(_ input: CredentialsInput) async throws -> AuthorizeVerdict {
        if let closure = generation.hooks.authorize {
            let verdict = try await closure(input)
            if verdict != .refuse { return verdict }
        }
        let request = JSONValue.object(input.peer.map { ["ip": .string($0)] } ?? [:])
        let arguments = HookArguments().adding("credentials", input.credentials)
            .adding("provider", .string(input.provider)).adding("request", request)
        for hook in generation.chains.authorize {
            switch try await run(hook, HookCall(arguments.list)) {
            case .null: continue
            case .denied(let code, let message):
                return .deny(Denial(Denial.Code(code), message ?? "refused by \(hook.file)"))
            case .value(let bytes, _):
                guard let user = try? JSONValue(parsing: bytes).objectValue, UserTable.isUser(user) else { fallthrough }
                return .user(Claims(user))
            default:
                throw Self.wrongType(
                    hook, expected: UserTable.description)
            }
        }
        return .refuse
    }

    /// The token after all `jwt` hooks, in canonical form with the reserved claims as they were; `nil` ends the session.
    func jwt(_ token: [UInt8], _ input: JWTInput) async throws -> [UInt8]? {
        var token = token
        if let closure = generation.hooks.jwt {
            guard let changed = try await Self.applying(closure, to: token, input) else { return nil }
            token = changed
        }
        for hook in generation.chains.jwt {
            let arguments = HookArguments.jwt(token, input)
            let call = HookCall(
                arguments, restoring: .init(names: ReservedClaims.names, original: token), subject: .token(token))
            switch try await run(hook, call) {
            case .null: return nil
            case .value(let bytes, _) where bytes.first == UInt8(ascii: "{"): token = bytes
            default: throw Self.wrongType(hook, expected: "the token (a table), or nil to end the session")
            }
        }
        return token
    }

    /// Runs a `jwt` closure; `nil` when it ends the session.
    static func applying(
        _ closure: @Sendable (inout Claims, JWTInput) async throws -> TokenVerdict, to token: [UInt8], _ input: JWTInput
    ) async throws -> [UInt8]? {
        let before = try Claims(parsing: token)
        var after = before
        guard try await closure(&after, input) == .keep else { return nil }
        _ = ReservedClaims.restore(&after, from: before)
        return after.canonicalBytes
    }
}
