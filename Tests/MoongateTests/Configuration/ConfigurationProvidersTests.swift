import Moongate
import MoongateTokens
import Testing

@Suite struct ConfigurationProvidersTests {
    private static let corp: [String: JSONValue] = [
        "id": "corp", "type": "oidc", "issuer": "https://id.example.com", "clientId": "moongate",
        "clientSecret": ["@secret": "CORP"],
    ]
    private static let environment = Given.environment.merging(["CORP": "corp-secret"]) { $1 }

    private func oidc(
        _ changes: [String: JSONValue], environment: [String: String] = environment
    ) throws -> OIDCConfiguration? {
        let entry = Self.corp.merging(changes) { $1 }
        let parsed = try Given.parse(["providers": [.object(entry)]], environment: environment)
        guard case .oidc(let oidc)? = parsed.configuration.providers.first?.kind else { return nil }
        return oidc
    }

    private func problems(_ changes: [String: JSONValue]) -> [ConfigurationProblem] {
        let entry = Self.corp.merging(changes) { $1 }
        return Given.problems(["providers": [.object(entry)]], environment: Self.environment)
    }

    @Test func providerHasTheStrictDefaults() throws {
        let oidc = try #require(try oidc([:]))
        #expect(oidc.issuer == "https://id.example.com")
        #expect(oidc.clientId == "moongate")
        #expect(oidc.clientSecret?.bytes == Array("corp-secret".utf8))
        #expect(oidc.clientAuthentication == .basic)
        #expect(oidc.checks == [.pkce, .state, .nonce])
        #expect(!oidc.allowsPrivateAddresses)
        #expect(!oidc.allowDangerousEmailAccountLinking)
    }

    @Test func everyKeyOfAProviderArrives() throws {
        let oidc = try #require(
            try oidc([
                "client": ["token_endpoint_auth_method": "client_secret_post"], "checks": ["pkce"], "idToken": false,
                "authorization": ["params": ["scope": "openid groups", "prompt": "login", "audience": "api"]],
                "allowDangerousEmailAccountLinking": true, "allowPrivateAddresses": true, "name": "Corp",
            ]))
        #expect(oidc.clientAuthentication == .post)
        #expect(oidc.checks == [.pkce])
        #expect(oidc.usesUserinfo)
        #expect(oidc.scope == "openid groups")
        #expect(oidc.authorizationParameters.map(\.name) == ["audience", "prompt"])
        #expect(oidc.allowsPrivateAddresses)
        #expect(oidc.allowDangerousEmailAccountLinking)
    }

    @Test func environmentFillsWhatIsMissing() throws {
        let environment = Given.environment.merging([
            "AUTH_MY_CORP_ID": "from-env", "AUTH_MY_CORP_SECRET": "env-secret",
            "AUTH_MY_CORP_ISSUER": "https://env.example.com",
        ]) { $1 }
        let oidc = try #require(
            try oidc(
                ["id": "my-corp", "clientId": nil, "clientSecret": nil, "issuer": nil], environment: environment))
        #expect(oidc.clientId == "from-env")
        #expect(oidc.clientSecret?.bytes == Array("env-secret".utf8))
        #expect(oidc.issuer == "https://env.example.com")
    }

    @Test func providerWithoutASecretIsAPublicClient() throws {
        let oidc = try #require(try oidc(["clientSecret": nil]))
        #expect(oidc.clientSecret == nil)
        #expect(oidc.clientAuthentication == .none)
    }

    @Test func loopbackIssuerMayBeHTTPAndIsReached() throws {
        let oidc = try #require(try oidc(["issuer": "http://127.0.0.1:5000/realm"]))
        #expect(oidc.allowsPrivateAddresses)
    }

    @Test(
        arguments: [
            ["issuer": "http://id.example.com"], ["issuer": "https://id.example.com/?a"], ["issuer": "id.example.com"],
            ["issuer": nil], ["clientId": nil], ["clientId": ""], ["clientSecret": ["@secret": "MISSING"]],
            ["clientSecret": ["@secret": "../etc"]], ["clientSecret": 1], ["id": nil], ["id": "Corp"], ["id": "a/b"],
            ["id": ""], ["type": nil], ["type": "openid"], ["checks": ["none"]], ["checks": ["nonce"]], ["checks": []],
            ["authorization": ["params": ["client_id": "x"]]], ["authorization": ["params": ["scope": "email"]]],
            ["authorization": ["params": ["prompt": 1]]], ["client": ["token_endpoint_auth_method": "tls"]],
            ["clientSecret": nil, "client": ["token_endpoint_auth_method": "client_secret_post"]],
            ["clientSecret": nil, "checks": ["state"]], ["issuerr": "x"], ["name": ""],
        ] as [[String: JSONValue]])
    func unusableProviderIsRefused(changes: [String: JSONValue]) {
        let problems = problems(changes)
        #expect(problems.count == 1)
        #expect(problems.first?.path.hasPrefix("providers[1]") == true)
    }

    @Test func idsAreUnique() {
        let problems = Given.problems(
            ["providers": [.object(Self.corp), .object(Self.corp)]], environment: Self.environment)
        #expect(problems.map(\.path) == ["providers[2].id"])
        #expect(problems.first?.code == "config.conflict")
    }

    @Test func developmentProviderNeedsDevelopmentMode() throws {
        let dev: [String: JSONValue] = ["url": "http://localhost", "providers": [["@provider": ["dev", [:]]]]]
        #expect(Given.problems(dev).first?.sentence.contains("moongate serve --dev") == true)
        let parsed = try Given.parse(dev, development: DevelopmentMode(key: Secret("key")))
        #expect(parsed.configuration.providers.map(\.id) == ["dev"])
    }

    @Test func misspeltPresetNamesTheNearest() {
        let problems = Given.problems(["providers": [["@provider": ["credential", [:]]]]])
        #expect(problems.first?.sentence.contains("`provider \"credentials\"`") == true)
    }

    private func fields(_ credentials: JSONValue) throws -> [CredentialsConfiguration.Field] {
        let parsed = try Given.parse(["providers": [["@provider": ["credentials", ["credentials": credentials]]]]])
        guard case .credentials(let form)? = parsed.configuration.providers.first?.kind else { return [] }
        return form.fields
    }

    @Test func namedFieldsPutPasswordsLast() throws {
        let fields = try fields(["aPassword": ["type": "password"], "username": ["label": "Name"]])
        #expect(
            fields == [
                .init(name: "username", label: "Name"), .init(name: "aPassword", label: "aPassword", type: "password"),
            ])
    }

    @Test func listedFieldsKeepTheirOrder() throws {
        let fields = try fields([["name": "pin", "type": "password"], ["name": "card", "placeholder": "0000"]])
        #expect(fields.map(\.name) == ["pin", "card"])
        #expect(fields.last?.placeholder == "0000")
    }

    @Test(
        arguments: [
            nil, "username", ["user name": [:]], ["csrfToken": [:]], ["username": ["type": "hidden"]],
            ["username": ["labl": "x"]], [["label": "x"]], [["name": "a"], ["name": "a"]],
        ] as [JSONValue])
    func unusableFieldsAreRefused(credentials: JSONValue) {
        let provider: JSONValue = ["@provider": ["credentials", ["credentials": credentials]]]
        #expect(Given.problems(["providers": [provider]]).count == 1)
    }
}
