import Testing

@testable import Moongate

/// What never stands in a record of a decision.
@Suite struct RecordSecretsTests {
    @Test(
        arguments: [
            "token", "access_token", "id-token", "X-Api-Key", "apiKey", "code", "user_code", "state", "password",
            "newPassword",
            "passwd", "PASSPHRASE", "client_secret", "Authorization", "sid", "session_id", "otp", "nonce",
            "code_verifier",
            "SAMLAssertion", "sig", "signature", "pin", "user[password]", "ticket", "jti",
        ])
    func nameThatSpeaksOfASecretIsOne(name: String) { #expect(RecordSecrets.isSecret(name)) }

    @Test(
        arguments: [
            "q", "page", "sub", "plan", "X-User-Id", "roles", "tenant", "shipping", "author", "email", "codec",
            "states",
        ]
    )
    func otherNamesAreNone(name: String) { #expect(!RecordSecrets.isSecret(name)) }

    @Test(
        arguments: [
            ("q=1&page=2", "q=1&page=2"), ("", ""), ("q", "q"), ("token=abc", "token=[redacted]"),
            ("a=1&code=x&b=2", "a=1&code=[redacted]&b=2"), ("a=1;token=x;b", "a=1;token=[redacted];b"),
            ("to%6ben=abc", "to%6ben=[redacted]"), ("TOKEN=", "TOKEN=[redacted]"), ("token=a=b", "token=[redacted]"),
            ("q=eyJhbGciOiJkaXIiLCJlbmMiOiJ", "q=[redacted]"),
            ("callbackUrl=%2Fx%3Ftoken%3D1", "callbackUrl=[redacted]"), ("next=/x?page=1", "next=/x?page=1"),
            ("next=%2Fx%23access_token%3D1", "next=[redacted]"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "[redacted]"),
        ])
    func queryKeepsItsFormAndLosesItsSecrets(query: String, expected: String) {
        #expect(RecordSecrets.query(query[...]) == expected)
    }

    /// Every level would be decoded anew, and the depth is a client's to choose.
    @Test func urlsWithinUrlsAreHiddenBelowAFewLevels() {
        let nested = "x=" + String(repeating: "?=", count: 4000)
        #expect(RecordSecrets.query(nested[...]) == "x=[redacted]")
        #expect(RecordSecrets.query("next=/a?next=/b?page=1"[...]) == "next=/a?next=/b?page=1")
    }

    @Test func urlLosesTheSecretsOfItsQueryAndItsFragment() {
        #expect(
            RecordSecrets.url("https://a.example/x?b=1&token=2#c")
                == "https://a.example/x?b=1&token=[redacted]#[redacted]")
        #expect(RecordSecrets.url("https://a.example/x#access_token=2") == "https://a.example/x#[redacted]")
        #expect(RecordSecrets.url("https://a.example/x") == "https://a.example/x")
    }

    @Test func segmentThatARouteNamesSecretIsHidden() throws {
        let patterns = [try PathPattern("/reset/:token/**"), try PathPattern("/:any/**")]
        #expect(RecordSecrets.path("/reset/abc/x", patterns) == "/reset/[redacted]/x")
        #expect(RecordSecrets.path("/reset/abc/x", []) == "/reset/abc/x")
        #expect(RecordSecrets.path("/a/eyJhbGciOiJIUzI1NiJ9.e30.c2ln", []) == "/a/[redacted]")
    }

    @Test func membersWithinClaimsAreHiddenToo() {
        let claims: JSONValue = [
            "plan": "gold", "keys": [["apiKey": "k"], "eyJhbGciOiJkaXIiLCJlbmMiOiJ"], "no": .null,
        ]
        #expect(
            RecordSecrets.hiding(claims, of: "tenant")
                == ["plan": "gold", "keys": [["apiKey": "[redacted]"], "[redacted]"], "no": .null])
        #expect(RecordSecrets.hiding("x", of: "session_token") == "[redacted]")
        #expect(RecordSecrets.hiding(.null, of: "session_token") == .null)
    }
}
