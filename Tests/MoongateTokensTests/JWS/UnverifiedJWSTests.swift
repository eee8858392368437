import COpenSSL
import MoongateTokens
import Testing

@Suite struct UnverifiedJWSTests {
    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"NONE"}"#, #"{"alg":"nOnE"}"#, #"{}"#, #"{"alg":null}"#,
        #"{"alg":1}"#, #"{"alg":["EdDSA"]}"#, #"{"alg":""}"#, #"{"alg":"HS256"}"#, #"{"alg":"PS256"}"#,
        #"{"alg":"ES384"}"#,
        #"{"alg":"rs256"}"#, #"{"alg":"RS256 "}"#, #"{"alg":"dir"}"#, #"{"alg":"ed25519"}"#,
    ])
    func otherAlgorithmsAreRefused(header: String) {
        #expect(code(SignatureVectors.signed(header: header)) == .algorithmRefused)
    }

    @Test(arguments: [
        #"{"alg":"EdDSA","crit":["exp"]}"#, #"{"alg":"EdDSA","crit":[]}"#, #"{"alg":"EdDSA","crit":"exp"}"#,
        #"{"alg":"EdDSA","b64":false}"#, #"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#,
        #"{"alg":"EdDSA","zip":"DEF"}"#,
        #"{"alg":"EdDSA","alg":"EdDSA"}"#, #"{"alg":"EdDSA","\u0061lg":"EdDSA"}"#, #"{"alg":"EdDSA","kid":1}"#,
        #"{"alg":"EdDSA","kid":{}}"#, #"{"alg":"EdDSA","kid":null}"#, #"{"alg":"EdDSA","kid":"a\u0000"}"#, "[]", "x",
        #"{"alg":"EdDSA","typ":1}"#, "\u{FEFF}{\"alg\":\"EdDSA\"}",
    ])
    func headersThatChangeTheMeaningAreRefused(header: String) {
        #expect(code(SignatureVectors.signed(header: header)) == .malformed)
    }

    @Test func keysInTheHeaderAreIgnored() throws {
        let own = SignatureVectors.edKey.with(["kid": "x"])
        let header: JSONValue = ["alg": "EdDSA", "jwk": own, "jku": "https://a.example", "x5c": ["AA"], "x5t": "AA"]
        let token = SignatureVectors.signed(header: String(decoding: header.canonicalBytes(), as: UTF8.self))
        let unverified = try UnverifiedJWS(compact: token)
        let stranger = try SignatureVectors.set(SignatureVectors.ecKey)
        #expect(refusal { try verify(unverified, with: stranger, allowed: [.EdDSA]) } == .unknownKey)
    }

    @Test func aPublicKeyIsNoSharedSecret() throws {
        let keys = try SignatureVectors.set(SignatureVectors.ecKey)
        let secrets = [SignatureVectors.ecKey.canonicalBytes(), Array("-----BEGIN PUBLIC KEY-----".utf8)]
        for secret in secrets {
            for algorithm in ["HS256", "ES256"] {
                let text = Vectors.header(#"{"alg":"\#(algorithm)"}"#) + "." + Vectors.header(#"{"sub":"1"}"#)
                let mac = hmacSHA256(key: secret, message: Array(text.utf8))
                let refused = refusal {
                    let token = try UnverifiedJWS(compact: text + "." + Base64URL.encode(mac + mac))
                    return try verify(token, with: keys, allowed: [.ES256, .RS256])
                }
                #expect(refused == (algorithm == "HS256" ? .algorithmRefused : .badSignature))
            }
        }
    }

    @Test func onlyThreePartsOfStrictBase64URLAreTaken() {
        let good = SignatureVectors.signed(header: #"{"alg":"EdDSA"}"#)
        let parts = good.split(separator: ".").map(String.init)
        #expect(code(good) == nil)
        for bad in [
            "", ".", "..", "...", "....", parts[0], parts[0] + "." + parts[1], good + ".", good + ".AA", "." + good,
            parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".", "." + parts[1] + "." + parts[2],
            good + "=", good + " ", " " + good, good + "\n", good + "\u{0}", good.replacing("_", with: "/") + "+",
            Vectors.cbc, #"{"payload":"e30","signatures":[]}"#,
        ] {
            #expect(code(bad) == .malformed)
        }
    }

    @Test func unusedBitsMustBeZero() throws {
        // 64 bytes end in a character with four bits to spare: its neighbours name the same bytes to a lax decoder.
        let good = SignatureVectors.signed(header: #"{"alg":"EdDSA"}"#)
        let last = try #require(good.utf8.last)
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8 where other != last {
            let text = String(good.dropLast()) + String(UnicodeScalar(other))
            let keys = try SignatureVectors.set(SignatureVectors.edKey)
            #expect(refusal { try verify(UnverifiedJWS(compact: text), with: keys, allowed: [.EdDSA]) } != nil)
        }
    }

    @Test func lengthAloneRefusesALongToken() {
        #expect(code(String(repeating: "A", count: 16_385)) == .tooLarge)
        #expect(code(String(repeating: ".", count: 1_000_000)) == .tooLarge)
        #expect(code(String(repeating: "A", count: 16_384)) == .malformed)
    }

    private func code(_ token: String) -> TokenError.Code? { refusal { try UnverifiedJWS(compact: token) } }
}
