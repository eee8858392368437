import MoongateTokens

/// Checks an id_token: the signature first, then every claim (OpenID Connect Core 3.1.3.7).
struct IDTokenVerifier: Sendable {
    let configuration: OIDCConfiguration
    /// The issuer's algorithms out of ours.
    let allowed: Set<JWSAlgorithm>
    let now: Timestamp

    /// How far clocks may differ, in seconds.
    static let tolerance: Int64 = 30
    /// How old a token may be that was made for us just now, in seconds, whatever its `exp` says.
    static let maximumAge: Int64 = 86_400

    /// - Throws: ``Denial``, with a code for each check; a newer key set may help where it is `idTokenKey` or
    ///   `idTokenSignature`.
    func verify(
        _ compact: String, keys: JSONWebKeySet, nonce: ExpectedNonce, accessToken: String
    ) throws(Denial) -> VerifiedIDToken {
        let signed = try checkSignature(compact, keys)
        guard let claims = (try? JSONValue(parsing: signed.payload))?.objectValue else {
            throw Denial(.idToken, "the claims are not a JSON object")
        }
        try checkIssuer(claims)
        try checkAudience(claims)
        let signedInAt = try checkTimes(claims)
        try checkNonce(claims, nonce)
        let subject = try subject(claims)
        try checkAccessHash(claims, signed.algorithm, accessToken)
        return VerifiedIDToken(subject: subject, authenticationTime: signedInAt, claims: claims)
    }

    private func checkSignature(_ compact: String, _ keys: JSONWebKeySet) throws(Denial) -> VerifiedJWS {
        do {
            return try MoongateTokens.verify(UnverifiedJWS(compact: compact), with: keys, allowed: allowed)
        } catch {
            throw Denial(Self.code(for: error), (error as? TokenError)?.reason ?? "the id_token cannot be read")
        }
    }

    private static func code(for error: any Error) -> Denial.Code {
        switch (error as? TokenError)?.code {
        case .algorithmRefused?: .idTokenAlgorithm
        case .unknownKey?, .ambiguousKey?: .idTokenKey
        case .badSignature?: .idTokenSignature
        default: .idToken
        }
    }

    private func checkIssuer(_ claims: [String: JSONValue]) throws(Denial) {
        guard let issuer = claims["iss"]?.stringValue, issuer.isExactly(configuration.issuer) else {
            throw Denial(.idTokenIssuer, "iss is missing or another issuer's")
        }
    }

    /// A string or a list that has us in it; with others beside us, `azp` must say that the token is ours.
    private func checkAudience(_ claims: [String: JSONValue]) throws(Denial) {
        let values = claims["aud"]?.arrayValue ?? claims["aud"].map { [$0] } ?? []
        let audience = values.compactMap(\.stringValue)
        guard audience.count == values.count, (1...32).contains(values.count),
            audience.contains(where: { $0.isExactly(configuration.clientId) })
        else { throw Denial(.idTokenAudience, "aud is missing or not this client") }
        guard let party = claims["azp"], party != .null else {
            guard audience.count == 1 else { throw Denial(.idTokenAudience, "several audiences and no azp") }
            return
        }
        guard party.stringValue?.isExactly(configuration.clientId) ?? false else {
            throw Denial(.idTokenAudience, "azp is another client")
        }
    }

    private func checkNonce(_ claims: [String: JSONValue], _ nonce: ExpectedNonce) throws(Denial) {
        switch (nonce, claims["nonce"]) {
        case (.expected(let wanted), .string(let given)?) where constantTimeEqual(wanted, given): return
        case (.notExpected, nil): return
        case (.expected, _): throw Denial(.idTokenNonce, "nonce is missing or not this browser's")
        case (.notExpected, _): throw Denial(.idTokenNonce, "a nonce that was not asked for")
        }
    }

    private func subject(_ claims: [String: JSONValue]) throws(Denial) -> String {
        guard let subject = claims["sub"]?.stringValue, (1...255).contains(subject.unicodeScalars.count),
            subject.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { throw Denial(.idTokenSubject, "sub is missing, empty, too long, or holds control characters") }
        return subject
    }

    private func checkAccessHash(
        _ claims: [String: JSONValue], _ algorithm: JWSAlgorithm, _ accessToken: String
    ) throws(Denial) {
        guard let claim = claims["at_hash"] else { return }
        let wanted = AccessTokenHash.of(accessToken, algorithm)
        guard let given = claim.stringValue,
            constantTimeEqual(given, wanted)
        else { throw Denial(.idTokenAccessHash, "at_hash is not that of the access token") }
    }
}
