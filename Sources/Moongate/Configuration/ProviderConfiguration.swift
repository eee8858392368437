import MoongateTokens

/// One sign-in provider of the configuration, checked.
public struct Provider: Sendable {
    /// Stands in urls (`{basePath}/callback/{id}`) and in account rows: lower-case letters, digits, `-` and `_`.
    public let id: String
    /// The name on the button.
    public let name: String
    /// What kind of provider it is, with what only that kind has.
    public let kind: Kind

    /// The kinds of provider.
    public enum Kind: Sendable {
        /// OpenID Connect by discovery.
        case oidc(OIDCConfiguration)
        /// A form whose fields go to the `authorize` hook.
        case credentials(CredentialsConfiguration)
        /// "Sign in as …", in development mode only.
        case dev
    }

    /// A provider from its parts.
    public init(id: String, name: String, kind: Kind) {
        self.id = id
        self.name = name
        self.kind = kind
    }

    /// Auth.js's `type` (contract 1.4, E1). The `dev` provider is a form, so clients treat it as `credentials`.
    public var type: String {
        switch kind {
        case .oidc: "oidc"
        case .credentials, .dev: "credentials"
        }
    }
}

/// An OpenID Connect relying party's side of one provider.
public struct OIDCConfiguration: Sendable {
    /// The issuer, exactly as it stands in its metadata and id_tokens.
    public var issuer: String
    /// Our client id.
    public var clientId: String
    /// Our client secret; `nil` for a public client.
    public var clientSecret: Secret?
    /// How the client proves itself at the token endpoint.
    public var clientAuthentication: ClientAuthentication
    /// Asked for at the authorization endpoint; contains `openid`.
    public var scope: String
    /// Further fixed parameters of the authorization request (`prompt`, `audience`, …), in the order they are sent.
    public var authorizationParameters: [(name: String, value: String)]
    /// What binds the answer to this browser. All three unless configured.
    public var checks: Set<Check>
    /// Whether the profile is the id_token's claims (`true`) or those with userinfo's on top.
    public var usesUserinfo: Bool
    /// Links a new account to the user who has the same address. Off: an address is no proof (contract 5.2).
    public var allowDangerousEmailAccountLinking: Bool
    /// Whether the issuer may live at a private or loopback address.
    public var allowsPrivateAddresses: Bool

    /// RFC 6749 section 2.3.1 and its registry names.
    public enum ClientAuthentication: String, Sendable, CaseIterable {
        /// `client_secret_basic`
        case basic = "client_secret_basic"
        /// `client_secret_post`
        case post = "client_secret_post"
        /// `none`: a public client
        case none
    }

    /// Auth.js's `checks`.
    public enum Check: String, Sendable, CaseIterable {
        /// RFC 7636, always S256.
        case pkce
        /// RFC 6749 section 10.12.
        case state
        /// OpenID Connect Core 3.1.2.1.
        case nonce
    }

    /// A relying party with the strict defaults.
    public init(issuer: String, clientId: String, clientSecret: Secret?) {
        self.issuer = issuer
        self.clientId = clientId
        self.clientSecret = clientSecret
        clientAuthentication = clientSecret == nil ? .none : .basic
        scope = "openid profile email"
        authorizationParameters = []
        checks = [.pkce, .state, .nonce]
        usesUserinfo = false
        allowDangerousEmailAccountLinking = false
        allowsPrivateAddresses = false
    }
}

/// The form of a credentials provider.
public struct CredentialsConfiguration: Sendable {
    /// The fields in the order in which they are shown.
    public var fields: [Field]

    /// One field: its name in the request body and how it is shown.
    public struct Field: Sendable, Hashable {
        /// Name in the body and in the `credentials` table.
        public var name: String
        /// Shown beside the field.
        public var label: String
        /// HTML input type: `text`, `password`, `email`, …
        public var type: String
        /// Shown in the empty field.
        public var placeholder: String?

        /// A field from its parts.
        public init(name: String, label: String, type: String = "text", placeholder: String? = nil) {
            self.name = name
            self.label = label
            self.type = type
            self.placeholder = placeholder
        }
    }

    /// A form from its fields.
    public init(fields: [Field]) { self.fields = fields }
}
