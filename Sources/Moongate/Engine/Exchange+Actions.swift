import HTTPTypes
import MoongateTokens

extension Exchange {
    /// Contract 1.4: which action answers which method. Everything that parses and is not here is refused.
    func perform(_ action: Route.Action, _ provider: Provider?) async throws -> ActionOutcome {
        let isPost = request.method == .post
        switch (action, isPost, provider) {
        case (.providers, false, _): return providers()
        case (.csrf, false, _): return csrfToken()
        case (.signin, false, nil): return try signInPage()
        case (.signin, true, nil):
            try requireCSRF()
            return .redirect(absolute(configuration.basePath + "/signin"))
        case (.signin, true, .some(let provider)):
            try requireCSRF()
            return try await beginSignIn(provider)
        case (.callback, _, .some(let provider)): return try await callback(provider)
        case (.signout, false, _): return signOutPage()
        case (.signout, true, _):
            try requireCSRF()
            return try await signOut()
        case (.error, false, _): return errorPage()
        default: throw Denial(.unknownAction, "\(request.method.rawValue) \(action.rawValue) is not an action")
        }
    }

    /// E1. In the order of the configuration; no cookies.
    private func providers() -> ActionOutcome {
        cookiesOut = []
        let base = generation.originText + configuration.basePath
        let members = configuration.providers.map { provider in
            let value = JSONValue.object([
                "id": .string(provider.id), "name": .string(provider.name), "type": .string(provider.type),
                "signinUrl": .string("\(base)/signin/\(provider.id)"),
                "callbackUrl": .string("\(base)/callback/\(provider.id)"),
            ])
            return JSONValue.string(provider.id).canonicalBytes() + [UInt8(ascii: ":")] + value.canonicalBytes()
        }
        return .json(
            [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")], isPrivate: false
        )
    }

    /// E2.
    private func csrfToken() -> ActionOutcome {
        .json(JSONValue.object(["csrfToken": .string(csrf.token)]).canonicalBytes(), isPrivate: true)
    }

    /// E18.
    private func signOutPage() -> ActionOutcome {
        if let page = configuration.pages.signOut { return .redirect(page) }
        return .page(
            generation.pages.signOut(
                SignOutPage(
                    action: absolute(configuration.basePath + "/signout"), csrfToken: csrf.token,
                    callbackUrl: callbackURL)))
    }

    /// E20.
    private func errorPage() -> ActionOutcome {
        let name = query["error"]
        let incident = query["incident"].flatMap { Self.isRequestID($0) ? $0 : nil }
        if let page = configuration.pages.error {
            let parameters = [("error", name), ("incident", incident)].compactMap { name, value in
                value.map { (name, $0) }
            }
            return .redirect(Self.adding(parameters, to: page))
        }
        return .page(
            generation.pages.error(
                name ?? "Default", incident: incident, detail: incident.flatMap { engine.detail(of: $0) }))
    }

    /// E8, E10.
    private func beginSignIn(_ provider: Provider) async throws -> ActionOutcome {
        switch provider.kind {
        case .oidc(let oidc): return try await beginOIDC(provider, oidc)
        case .credentials, .dev: return .redirect(absolute(configuration.basePath + "/signin"))
        }
    }

    /// E11, E14.
    private func callback(_ provider: Provider) async throws -> ActionOutcome {
        switch provider.kind {
        case .oidc(let oidc): return try await finishOIDC(provider, oidc)
        case .credentials(let form):
            guard request.method == .post else { break }
            try requireCSRF()
            return try await signInWithCredentials(provider, form)
        case .dev:
            guard request.method == .post else { break }
            try requireCSRF()
            return try await signInAsDeveloper(provider)
        }
        throw Denial(.unknownAction, "this provider's callback takes a POST")
    }

    /// What our own ids look like; anything else in the query is somebody's text and not shown.
    private static func isRequestID(_ text: String) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
