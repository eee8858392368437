/// A refusal: somebody or something is not let in. Not an error: the program works as it should.
///
/// The code stands in the log and never changes its meaning; the client sees only ``ClientError`` (contract 10.1).
/// `reason` is for the log alone and holds no token, code, cookie, or secret.
public struct Denial: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name. All of them are listed in `docs/errors.md`; a test compares.
    public struct Code: Sendable, Hashable {
        /// The name, as it stands in logs.
        public let name: String
        /// A code of your own (a script's `deny{ code = … }`).
        public init(_ name: String) { self.name = name }
    }

    /// Why, as a stable name.
    public let code: Code
    /// Why, in words for the log.
    public let reason: String

    /// A refusal from its parts.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "\(code.name): \(reason)" }
    public static func == (left: Denial, right: Denial) -> Bool { left.code == right.code }
}

extension Denial.Code {
    // The OAuth 2.0 / OpenID Connect callback.
    /// `state` is missing, doubled, or not the one that this browser was given (RFC 6749 section 10.12).
    public static let state = Denial.Code("oauth.state")
    /// The state cookie is missing, expired, or of another provider.
    public static let stateCookie = Denial.Code("oauth.stateCookie")
    /// The PKCE cookie is missing, expired, or of another provider (RFC 7636).
    public static let pkceCookie = Denial.Code("oauth.pkceCookie")
    /// The nonce cookie is missing, expired, or of another provider.
    public static let nonceCookie = Denial.Code("oauth.nonceCookie")
    /// The callback came a second time.
    public static let replayed = Denial.Code("oauth.replayed")
    /// `iss` of the callback is missing or another issuer's (RFC 9207).
    public static let responseIssuer = Denial.Code("oauth.responseIssuer")
    /// The provider answered with `error=` (RFC 6749 section 4.1.2.1).
    public static let providerRefused = Denial.Code("oauth.providerRefused")
    /// The callback is not an authorization response: no code, doubled or contradicting parameters.
    public static let badResponse = Denial.Code("oauth.badResponse")
    /// The token endpoint did not give tokens (RFC 6749 section 5).
    public static let tokenResponse = Denial.Code("oauth.tokenResponse")
    /// The provider cannot be reached, or its metadata or keys cannot be used.
    public static let provider = Denial.Code("oauth.provider")
    /// There is no id_token, or it is not a JWS.
    public static let idToken = Denial.Code("idToken.malformed")
    /// The id_token's algorithm is not one that we allow (`none`, HS256, …).
    public static let idTokenAlgorithm = Denial.Code("idToken.algorithm")
    /// The id_token's signature is wrong.
    public static let idTokenSignature = Denial.Code("idToken.signature")
    /// No key of the issuer fits the id_token.
    public static let idTokenKey = Denial.Code("idToken.key")
    /// `iss` of the id_token is not the issuer.
    public static let idTokenIssuer = Denial.Code("idToken.issuer")
    /// `aud` or `azp` of the id_token is not this client.
    public static let idTokenAudience = Denial.Code("idToken.audience")
    /// The id_token has expired, or is not valid yet.
    public static let idTokenTimes = Denial.Code("idToken.times")
    /// `nonce` of the id_token is missing, wrong, or was not asked for.
    public static let idTokenNonce = Denial.Code("idToken.nonce")
    /// `sub` of the id_token is missing, empty, or longer than 255 characters.
    public static let idTokenSubject = Denial.Code("idToken.subject")
    /// `at_hash` of the id_token does not fit the access token (OpenID Connect Core 3.1.3.6).
    public static let idTokenAccessHash = Denial.Code("idToken.accessHash")
}
