import Testing

import struct MoongateTokens.JSONWebKeySet
import enum MoongateTokens.JWSAlgorithm

@testable import Moongate

@Suite struct IDTokenVerifierTests {
    private static let now = StandInClock.start
    private let key = SigningKey(seed: 1, id: "one")
    private let good: [String: JSONValue] = [
        "iss": .string(ProviderStandIn.issuer), "aud": "moongate", "sub": "u1", "nonce": "N",
        "exp": .integer(now + 300), "iat": .integer(now),
    ]

    private func verify(
        _ changes: [String: JSONValue?] = [:], nonce: ExpectedNonce = .expected("N"), signer: SigningKey? = nil,
        allowed: Set<JWSAlgorithm> = [.EdDSA], maxAge: String? = nil
    ) -> Denial.Code? {
        var claims = good
        for (name, value) in changes { claims[name] = value }
        return verify(compact: (signer ?? key).sign(claims), nonce, allowed, maxAge)
    }

    private func verify(
        compact: String, _ nonce: ExpectedNonce = .expected("N"), _ allowed: Set<JWSAlgorithm> = [.EdDSA],
        _ maxAge: String? = nil
    ) -> Denial.Code? {
        var configuration = ProviderStandIn.configuration
        if let maxAge { configuration.authorizationParameters = [("max_age", maxAge)] }
        do throws(Denial) {
            let verifier = IDTokenVerifier(
                configuration: configuration, allowed: allowed, now: Timestamp(seconds: Self.now))
            let set: JSONValue = ["keys": [key.jwk]]
            guard let keys = try? JSONWebKeySet(json: set.canonicalBytes()) else { return .provider }
            _ = try verifier.verify(compact, keys: keys, nonce: nonce, accessToken: "at")
            return nil
        } catch { return error.code }
    }

    @Test func tokenInOrderIsAccepted() { #expect(verify() == nil) }

    @Test func signatureOfAnotherKeyIsRefused() {
        #expect(verify(signer: SigningKey(seed: 2, id: "one")) == .idTokenSignature)
        #expect(verify(signer: SigningKey(seed: 2, id: "two")) == .idTokenKey)
        #expect(verify(signer: SigningKey(seed: 1, id: nil)) == nil)
    }

    @Test func algorithmsOutsideTheListAreRefused() {
        #expect(verify(allowed: [.RS256]) == .idTokenAlgorithm)
        for name in ["none", "None", "HS256", "RS256", "EdDSA "] {
            #expect(verify(compact: key.sign(good, algorithm: name)) == .idTokenAlgorithm)
        }
    }

    @Test(arguments: ["", "x", "a.b", "a.b.c", "a.b.c.d.e"])
    func whatIsNoTokenIsRefused(text: String) { #expect(verify(compact: text) == .idToken) }

    @Test(
        arguments: jsonValues(
            "https://id.example.com/", "https://ID.example.com", "https://id.example.com:443", "https://id.example.co",
            "http://id.example.com", "", nil, 1
        ))
    func issuerIsComparedByteByByte(issuer: JSONValue) { #expect(verify(["iss": issuer]) == .idTokenIssuer) }

    @Test func audienceMayBeAListOfOne() { #expect(verify(["aud": ["moongate"]]) == nil) }

    @Test(arguments: jsonValues("other", [], ["other"], ["moongate", "other"], nil, 1, ["moongate", 1], "Moongate"))
    func audienceOfOthersIsRefused(audience: JSONValue) { #expect(verify(["aud": audience]) == .idTokenAudience) }

    @Test func authorizedPartyMustBeUs() {
        #expect(verify(["aud": ["moongate", "other"], "azp": "moongate"]) == nil)
        #expect(verify(["azp": "moongate"]) == nil)
        #expect(verify(["aud": ["moongate", "other"], "azp": "other"]) == .idTokenAudience)
        #expect(verify(["azp": "other"]) == .idTokenAudience)
        #expect(verify(["azp": 1]) == .idTokenAudience)
    }

    @Test func timesAreHeldWithThirtySeconds() {
        #expect(verify(["exp": .integer(Self.now - 29)]) == nil)
        #expect(verify(["exp": .integer(Self.now - 30)]) == .idTokenTimes)
        #expect(verify(["iat": .integer(Self.now + 30)]) == nil)
        #expect(verify(["iat": .integer(Self.now + 31)]) == .idTokenTimes)
        #expect(verify(["nbf": .integer(Self.now + 30)]) == nil)
        #expect(verify(["nbf": .integer(Self.now + 31)]) == .idTokenTimes)
        #expect(verify(["iat": .integer(Self.now - 86_400)]) == nil)
        #expect(verify(["iat": .integer(Self.now - 86_401)]) == .idTokenTimes)
        #expect(verify(["exp": .number(Double(Self.now) + 0.5)]) == nil)
    }

    @Test(arguments: jsonValues(nil, "1800000300", true, .integer(.max), .integer(.min), 1e300, -1e300))
    func timesThatAreNoneAreRefusedAndTrapNothing(time: JSONValue) {
        #expect(verify(["exp": time]) == .idTokenTimes)
        #expect(verify(["iat": time]) == .idTokenTimes)
    }

    @Test func missingTimesAreRefused() {
        #expect(verify(["exp": .some(nil)]) == .idTokenTimes && verify(["iat": .some(nil)]) == .idTokenTimes)
    }

    @Test func signInTimeMayBeOddAndIsHeldToAConfiguredMaximum() {
        #expect(verify(["auth_time": 0]) == nil && verify(["auth_time": 1.5]) == nil)
        #expect(verify(["auth_time": "x"]) == .idTokenTimes)
        #expect(verify(["auth_time": .integer(Self.now - 330)], maxAge: "300") == nil)
        #expect(verify(["auth_time": .integer(Self.now - 331)], maxAge: "300") == .idTokenTimes)
        #expect(verify(maxAge: "300") == .idTokenTimes)
        #expect(verify(["auth_time": 0], maxAge: "9223372036854775807") == nil)
    }

    @Test func nonceMustBeThisBrowsers() {
        #expect(verify(["nonce": "M"]) == .idTokenNonce)
        #expect(verify(["nonce": 1]) == .idTokenNonce)
        var claims = good
        claims["nonce"] = nil
        #expect(verify(compact: key.sign(claims)) == .idTokenNonce)
        #expect(verify(compact: key.sign(claims), .notExpected) == nil)
        #expect(verify(nonce: .notExpected) == .idTokenNonce)
    }

    @Test func subjectHasBetweenOneAnd255Characters() {
        #expect(verify(["sub": .string(String(repeating: "a", count: 255))]) == nil)
        for sub in [.string(String(repeating: "a", count: 256)), "", 1, nil, "a\u{7f}b", "a\nb"] as [JSONValue] {
            #expect(verify(["sub": sub]) == .idTokenSubject, "\(sub)")
        }
    }

    @Test func accessHashIsCheckedWhenItIsThere() {
        // printf at | openssl dgst -sha512 -binary | head -c 32, as base64url
        #expect(verify(["at_hash": "dTR5nNqNrsxqjWP_lCTH2ESWpeTv9f1yZraJ_wsSjjE"]) == nil)
        #expect(verify(["at_hash": "sda5G2fCr6XjIpiNlGJjjQ"]) == .idTokenAccessHash)
        #expect(verify(["at_hash": ""]) == .idTokenAccessHash)
        #expect(verify(["at_hash": 1]) == .idTokenAccessHash)
        #expect(AccessTokenHash.of("at", .RS256) == "sda5G2fCr6XjIpiNlGJjjQ")
        #expect(AccessTokenHash.of("at", .ES256) == "sda5G2fCr6XjIpiNlGJjjQ")
    }
}
