import MoongateTokens
import Testing

@Suite struct VerificationTests {
    static let every = Set(JWSAlgorithm.allCases)

    @Test func publishedSignaturesAreRight() throws {
        let keys = try SignatureVectors.set(SignatureVectors.rsaKey, SignatureVectors.ecKey, SignatureVectors.edKey)
        #expect(keys.keys.map(\.algorithm) == [.RS256, .ES256, .EdDSA])
        for (token, algorithm) in [(SignatureVectors.rs256, JWSAlgorithm.RS256), (SignatureVectors.es256, .ES256)] {
            let verified = try verify(UnverifiedJWS(compact: token), with: keys, allowed: [algorithm])
            #expect(verified.algorithm == algorithm && verified.keyID == nil)
            #expect(try JSONValue(parsing: verified.payload)["iss"] == "joe")
        }
        // Signed rightly, so it comes as far as its payload, which is no JSON.
        #expect(code(SignatureVectors.edDSA, keys) == .badClaims)
    }

    @Test(arguments: [SignatureVectors.rs256, SignatureVectors.es256, SignatureVectors.edDSA])
    func everyChangeToASignedTokenIsRefused(token: String) throws {
        let keys = try SignatureVectors.set(SignatureVectors.rsaKey, SignatureVectors.ecKey, SignatureVectors.edKey)
        let bytes = Array(token.utf8)
        for index in stride(from: 0, to: bytes.count, by: bytes.count / 150 + 1) {
            for bit in [0, 1, 3, 5, 7] {
                var forged = bytes
                forged[index] ^= 1 << bit
                let refused = code(String(decoding: forged, as: UTF8.self), keys, bytes: forged)
                try #require(refused != nil && refused != .badClaims, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func theAllowedSetDecidesAndSoDoesTheKey() throws {
        let keys = try SignatureVectors.set(SignatureVectors.rsaKey, SignatureVectors.ecKey)
        #expect(code(SignatureVectors.rs256, keys, allowed: [.ES256, .EdDSA]) == .algorithmRefused)
        #expect(code(SignatureVectors.rs256, keys, allowed: []) == .algorithmRefused)
        #expect(code(SignatureVectors.rs256, keys, allowed: [.RS256]) == nil)
        let named = try SignatureVectors.set(SignatureVectors.rsaKey.with(["kid": "a"]))
        let token = SignatureVectors.signed(header: #"{"alg":"EdDSA","kid":"a"}"#)
        #expect(code(token, named) == .algorithmRefused)
    }

    @Test func aKeyIsChosenByItsNameOrByBeingTheOnlyOne() throws {
        let other = SignatureVectors.edKey.with(["x": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"])
        let named = try SignatureVectors.set(
            SignatureVectors.edKey.with(["kid": "right"]), other.with(["kid": "wrong"]), SignatureVectors.ecKey)
        func token(_ kid: String) -> String { SignatureVectors.signed(header: #"{"alg":"EdDSA","kid":"\#(kid)"}"#) }
        let verified = try verify(UnverifiedJWS(compact: token("right")), with: named, allowed: [.EdDSA])
        #expect(verified.keyID == "right")
        #expect(code(token("wrong"), named) == .badSignature)
        #expect(code(token("new"), named) == .unknownKey)
        for hostile in ["../../etc/passwd", "' OR 1=1--", "https://a.example", String(repeating: "k", count: 10_000)] {
            #expect(code(token(hostile), named) == .unknownKey)
        }
        let nameless = SignatureVectors.signed(header: #"{"alg":"EdDSA"}"#)
        #expect(code(nameless, named) == .ambiguousKey)
        #expect(code(nameless, try SignatureVectors.set(SignatureVectors.ecKey, SignatureVectors.edKey)) == nil)
        #expect(code(nameless, try SignatureVectors.set(SignatureVectors.ecKey)) == .unknownKey)
        #expect(code(token("right"), try SignatureVectors.set(SignatureVectors.edKey)) == .unknownKey)
    }

    @Test func the64BytesOfAnECSignatureAreExact() throws {
        let keys = try SignatureVectors.set(SignatureVectors.ecKey)
        let order = try #require(
            Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let parts = SignatureVectors.es256.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.decode(parts[2]))
        let r = Array(signature.prefix(32))
        let s = Array(signature.suffix(32))
        let zero = [UInt8](repeating: 0, count: 32)
        let der: [UInt8] = [0x30, 0x45, 0x02, 0x20] + r + [0x02, 0x21, 0x00] + s
        #expect(code(SignatureVectors.es256, keys) == nil)
        let forgeries: [[UInt8]] = [
            der, zero + s, r + zero, order + s, r + order, [0] + r + s, r + s + [0], Array(signature.dropLast()),
        ]
        for forged in forgeries {
            let token = parts[0] + "." + parts[1] + "." + Base64URL.encode(forged)
            #expect(code(token, keys) == .badSignature)
        }
    }

    @Test func theVerifiedTokenCarriesItsType() throws {
        let token = SignatureVectors.signed(header: #"{"alg":"Ed25519","typ":"logout+jwt"}"#)
        let keys = try SignatureVectors.set(SignatureVectors.edKey)
        #expect(try verify(UnverifiedJWS(compact: token), with: keys, allowed: [.EdDSA]).type == "logout+jwt")
    }

    @Test(arguments: ["[]", "1", #"{"a":1,"a":2}"#, #"{"a":"#, "null"])
    func aSignedPayloadThatIsNoStrictObjectIsRefused(payload: String) throws {
        let keys = try SignatureVectors.set(SignatureVectors.edKey)
        #expect(code(SignatureVectors.signed(header: #"{"alg":"EdDSA"}"#, payload: payload), keys) == .badClaims)
        #expect(code(SignatureVectors.signed(header: #"{"alg":"EdDSA"}"#, payload: "{}"), keys) == nil)
    }

    private func code(
        _ token: String, _ keys: JSONWebKeySet, allowed: Set<JWSAlgorithm> = VerificationTests.every,
        bytes: [UInt8]? = nil
    ) -> TokenError.Code? {
        refusal {
            try verify(UnverifiedJWS(compact: bytes ?? Array(token.utf8)), with: keys, allowed: allowed)
        }
    }
}
