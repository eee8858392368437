import MoongateTokens

/// An OpenID Connect provider's entry, by Auth.js's names.
extension ConfigurationParser {
    private static let known = [
        "id", "type", "name", "issuer", "clientId", "clientSecret", "client", "authorization", "checks", "idToken",
        "allowDangerousEmailAccountLinking", "allowPrivateAddresses",
    ]
    private static let unavailable = ["wellKnown", "token", "userinfo", "profile", "account", "style", "jwks_endpoint"]

    func readOIDCProvider(_ entry: ConfigurationTable) -> Provider? {
        entry.allow(Self.known, unavailable: Self.unavailable)
        guard let id = readID(entry, default: nil) else { return nil }
        let prefix = Self.variablePrefix(id)
        let issuer = readIssuer(entry, variable: prefix + "_ISSUER")
        let clientId = entry["clientId"] == nil ? secrets.variable(prefix + "_ID") : entry.nonEmptyString("clientId")
        if clientId == nil, entry["clientId"] == nil {
            entry.problems.add("config.missing", entry.path("clientId"), "set it here or as \(prefix)_ID")
        }
        let clientSecret = readClientSecret(entry, variable: prefix + "_SECRET")
        var oidc = OIDCConfiguration(issuer: issuer?.text ?? "", clientId: clientId ?? "", clientSecret: clientSecret)
        oidc.allowsPrivateAddresses = entry.bool("allowPrivateAddresses") ?? (issuer?.isLoopback ?? false)
        oidc.allowDangerousEmailAccountLinking = entry.bool("allowDangerousEmailAccountLinking") ?? false
        oidc.usesUserinfo = entry.bool("idToken").map { !$0 } ?? false
        readClient(entry, into: &oidc)
        readAuthorization(entry, into: &oidc)
        readChecks(entry, into: &oidc)
        return Provider(id: id, name: readName(entry) ?? id, kind: .oidc(oidc))
    }

    /// The issuer exactly as written: it is compared byte by byte with metadata and id_tokens.
    private func readIssuer(_ entry: ConfigurationTable, variable: String) -> (text: String, isLoopback: Bool)? {
        let path = entry.path("issuer")
        guard let text = entry["issuer"] == nil ? secrets.variable(variable) : entry.nonEmptyString("issuer") else {
            if entry["issuer"] == nil {
                entry.problems.add("config.missing", path, "set it here or as \(variable)")
            }
            return nil
        }
        guard let (origin, rest) = Origin.prefix(of: Array(text.utf8)),
            rest.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else {
            entry.problems.add(
                "config.value", path, "must be an address with no query, like \"https://id.example.com\"")
            return nil
        }
        if origin.scheme == .http, !origin.isLoopback {
            entry.problems.add("config.value", path, "http is for loopback addresses only; use https")
        }
        return (text, origin.isLoopback)
    }

    private func readClientSecret(_ entry: ConfigurationTable, variable: String) -> Secret? {
        if let value = entry["clientSecret"] {
            return secret(value, path: entry.path("clientSecret"), entry.problems)
        }
        return lookUp(variable, path: entry.path("clientSecret"), entry.problems)
    }

    private func readClient(_ entry: ConfigurationTable, into oidc: inout OIDCConfiguration) {
        guard let client = entry.table("client") else { return }
        client.allow(["token_endpoint_auth_method"])
        guard let method: OIDCConfiguration.ClientAuthentication = client.choice("token_endpoint_auth_method") else {
            return
        }
        oidc.clientAuthentication = method
        if method != .none, oidc.clientSecret == nil, entry["clientSecret"] == nil {
            entry.problems.add("config.missing", entry.path("clientSecret"), "\"\(method.rawValue)\" needs one")
        }
    }

    private func readAuthorization(_ entry: ConfigurationTable, into oidc: inout OIDCConfiguration) {
        guard let authorization = entry.table("authorization") else { return }
        authorization.allow(["params"], unavailable: ["url"])
        guard let parameters = authorization.table("params") else { return }
        for name in parameters.members.keys.sorted() {
            guard !Self.ownParameters.contains(name) else {
                parameters.problems.add("config.value", parameters.path(name), "is set by the program itself")
                continue
            }
            guard let value = parameters.string(name) else { continue }
            if name == "scope" {
                readScope(value, parameters, into: &oidc)
            } else {
                oidc.authorizationParameters.append((name, value))
            }
        }
    }

    private func readScope(_ scope: String, _ parameters: ConfigurationTable, into oidc: inout OIDCConfiguration) {
        guard scope.split(separator: " ").contains("openid") else {
            parameters.problems.add("config.value", parameters.path("scope"), "must contain \"openid\"")
            return
        }
        oidc.scope = scope
    }

    private func readChecks(_ entry: ConfigurationTable, into oidc: inout OIDCConfiguration) {
        guard let names = entry.strings("checks") else { return }
        let before = entry.problems.errors.count
        let checks = names.compactMap { path, text -> OIDCConfiguration.Check? in
            if let check = OIDCConfiguration.Check(rawValue: text) { return check }
            entry.problems.add("config.value", path, "must be \"pkce\", \"state\" or \"nonce\"")
            return nil
        }
        oidc.checks = Set(checks)
        guard entry.problems.errors.count == before else { return }
        if oidc.clientSecret == nil, entry["clientSecret"] == nil, !oidc.checks.contains(.pkce) {
            entry.problems.add("config.value", entry.path("checks"), "a client without a secret needs \"pkce\"")
        } else if oidc.checks.isDisjoint(with: [.pkce, .state]) {
            entry.problems.add(
                "config.value", entry.path("checks"),
                "needs \"pkce\" or \"state\": else anyone can send a browser "
                    + "back with an answer of their own")
        }
    }

    /// Parameters whose value is the protocol's, not the operator's (RFC 6749, RFC 7636, OpenID Connect Core).
    private static let ownParameters: Set<String> = [
        "client_id", "redirect_uri", "response_type", "response_mode", "state", "nonce", "code_challenge",
        "code_challenge_method", "request", "request_uri", "registration",
    ]
}
