import Testing

@testable import MoongateTokens

@Suite struct JSONWebKeySetTests {
    @Test(arguments: [
        SignatureVectors.edKey, SignatureVectors.edKey.with(["use": "sig", "alg": "EdDSA", "kid": "a"]),
        SignatureVectors.edKey.with(["alg": "Ed25519", "key_ops": ["sign", "verify"]]), SignatureVectors.ecKey,
        SignatureVectors.ecKey.with(["alg": "ES256", "x5c": ["AA"], "x5t": "AA"]),
        SignatureVectors.rsaKey.with(["alg": "RS256", "unknown": [1, 2]]),
    ])
    func keysForSignaturesAreUsed(key: JSONValue) throws {
        #expect(try SignatureVectors.set(key).keys.count == 1)
    }

    static let unusable: [JSONValue] = [
        1, "x", nil, [], [:],
        SignatureVectors.edKey.with(["use": "enc"]), SignatureVectors.edKey.with(["use": nil]),
        SignatureVectors.edKey.with(["key_ops": ["sign"]]), SignatureVectors.edKey.with(["key_ops": "verify"]),
        SignatureVectors.edKey.with(["alg": "ES256"]), SignatureVectors.edKey.with(["alg": nil]),
        SignatureVectors.rsaKey.with(["alg": "PS256"]), SignatureVectors.rsaKey.with(["alg": "RSA-OAEP"]),
        SignatureVectors.edKey.with(["kid": 7]), SignatureVectors.edKey.with(["kty": "EC"]),
        SignatureVectors.edKey.with(["crv": "Ed448"]), SignatureVectors.edKey.with(["crv": "X25519"]),
        SignatureVectors.edKey.with(["kty": "AKP"]), SignatureVectors.edKey.with(["kty": "made-up"]),
        SignatureVectors.edKey.with(["d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"]),
        SignatureVectors.edKey.with(["x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"]),
        SignatureVectors.edKey.with(["x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="]),
        SignatureVectors.ecKey.with(["crv": "P-384"]), SignatureVectors.ecKey.with(["crv": "secp256k1"]),
        SignatureVectors.ecKey.with(["y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4"]),
        SignatureVectors.ecKey.with(["x": .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))]),
        SignatureVectors.ecKey.with(["x": .string(Base64URL.encode([UInt8](repeating: 0xFF, count: 32)))]),
        SignatureVectors.rsaKey.with(["e": "AQ"]), SignatureVectors.rsaKey.with(["e": "AQAA"]),
        SignatureVectors.rsaKey.with(["e": ""]), SignatureVectors.rsaKey.with(["n": ""]),
        SignatureVectors.rsaKey.with(["n": .string(Base64URL.encode([UInt8](repeating: 0xFF, count: 128)))]),
        SignatureVectors.rsaKey.with(["n": .string(Base64URL.encode([0x7F] + [UInt8](repeating: 0xFF, count: 255)))]),
        SignatureVectors.rsaKey.with(["p": "AQAB"]), ["kty": "oct", "k": "c2VjcmV0"],
    ]

    @Test(arguments: unusable)
    func otherKeysArePassedOver(key: JSONValue) throws {
        #expect(try SignatureVectors.set(key).keys.isEmpty)
        #expect(try SignatureVectors.set(key, SignatureVectors.edKey).keys.count == 1)
    }

    @Test func aGoodKeyAmongBadOnesStillVerifies() throws {
        let set = JSONValue.object(["keys": .array(Self.unusable + [SignatureVectors.ecKey.with(["kid": "good"])])])
        let keys = try JSONWebKeySet(json: set.canonicalBytes())
        #expect(keys.keys.map(\.keyID) == ["good"])
        #expect(
            try verify(UnverifiedJWS(compact: SignatureVectors.es256), with: keys, allowed: [.ES256]).keyID == "good")
    }

    @Test func aNameThatIsThereTwiceIsNobodys() throws {
        let one = SignatureVectors.edKey.with(["kid": "a"])
        #expect(try SignatureVectors.set(one, SignatureVectors.ecKey.with(["kid": "a"])).keys.isEmpty)
        #expect(try SignatureVectors.set(one, SignatureVectors.ecKey.with(["kid": "b"])).keys.count == 2)
        // Names are bytes: what Unicode calls equivalent stays apart.
        let composed = SignatureVectors.edKey.with(["kid": "\u{E9}"])
        #expect(try SignatureVectors.set(composed, SignatureVectors.ecKey.with(["kid": "e\u{301}"])).keys.count == 2)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":["#, "null"])
    func whatIsNoSetIsRefused(text: String) {
        #expect(refusal { try JSONWebKeySet(json: Array(text.utf8)) } == .badKeySet)
    }

    @Test func setsBeyondTheLimitsAreRefused() throws {
        func set(_ count: Int) -> [UInt8] {
            JSONValue.object(["keys": .array(Array(repeating: SignatureVectors.edKey, count: count))]).canonicalBytes()
        }
        #expect(try JSONWebKeySet(json: set(256)).keys.count == 256)
        #expect(refusal { try JSONWebKeySet(json: set(257)) } == .badKeySet)
        #expect(refusal { try JSONWebKeySet(json: [UInt8](repeating: 0x20, count: 1 << 20) + set(1)) } == .badKeySet)
        #expect(try JSONWebKeySet(json: Array(#"{"keys":[]}"#.utf8)).keys.isEmpty)
    }

    @Test func moduliOfTheROCAFlawAreRecognised() throws {
        let good = try #require(SignatureVectors.rsaKey["n"]?.stringValue.flatMap { Base64URL.decode($0) })
        #expect(!WeakModulus.isROCA(good))
        // 65537 itself and its square are powers of 65537 modulo every prime.
        #expect(WeakModulus.isROCA([1, 0, 1]) && WeakModulus.isROCA([1, 0, 2, 0, 1]))
        #expect(!WeakModulus.isROCA([1, 0, 2]))
    }
}
