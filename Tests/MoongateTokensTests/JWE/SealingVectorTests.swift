import Testing

@testable import MoongateTokens

@Suite struct SealingVectorTests {
    @Test func keysAndNamesAreThoseOfAuthJS() throws {
        let key = try Vectors.keys("secret").keys[0]
        #expect(Hex.encode(key.bytes.bytes) == Vectors.key)
        #expect(String(decoding: key.keyID, as: UTF8.self) == Vectors.keyID)
        #expect(String(decoding: key.shortKeyID, as: UTF8.self) == Vectors.shortKeyID)
        let secure = try Vectors.keys("secret", salt: "__Secure-authjs.session-token").keys[0]
        #expect(String(decoding: secure.keyID, as: UTF8.self) == Vectors.secureKeyID)
    }

    @Test func sealingGivesAuthJSsToken() throws {
        let keys = try Vectors.keys("secret")
        let sealed = try Vectors.claims.withUnsafeBufferPointer { try keys.seal($0, iv: Array(0..<16)) }
        #expect(String(decoding: sealed, as: UTF8.self) == Vectors.cbc)
    }

    @Test(arguments: [Vectors.cbc, Vectors.gcm])
    func authJSsTokensOpen(token: String) throws {
        #expect(try Vectors.keys("secret").open(Array(token.utf8)) == Vectors.claims)
    }

    @Test func aKeyIDForTheShortKeyIsKnown() throws {
        let keys = try Vectors.keys("other", "secret")
        // The vector has no kid: its key is the second, so only the first would be tried.
        #expect(refusal { try keys.open(Array(Vectors.gcm.utf8)) } == .unreadable)
        let named = Vectors.header(#"{"alg":"dir","enc":"A256GCM","kid":"\#(Vectors.shortKeyID)"}"#)
        // Another header is another AAD, so it is chosen and then fails on its tag; an unknown kid fails as well.
        #expect(refusal { try keys.open(Vectors.replacing(0, of: Vectors.gcm, with: named)) } == .unreadable)
        let (candidates, cipher) = try Array(named.utf8).withUnsafeBufferPointer { try keys.choose(header: $0) }
        #expect(candidates == 1..<2 && cipher == .a256GCM)
    }

    @Test func version4TokensOpenUnderTheirOwnKeysOnly() throws {
        let old = try SealingKeys.version4(secrets: [Secret("newer"), Secret("secret")])
        #expect(
            Hex.encode(Array(old.keys[1].bytes.bytes.prefix(32)))
                == "9ab5058ebf5be88f82f4aee99d22cf8be7a34a4af1836299d0668f4d83020f5a")
        #expect(try old.open(Array(Vectors.version4.utf8)) == Vectors.claims)
        #expect(refusal { try Vectors.keys("secret").open(Array(Vectors.version4.utf8)) } == .unreadable)
        #expect(refusal { try old.open(Array(Vectors.gcm.utf8)) } == .unreadable)
        #expect(refusal { try old.open(Array(Vectors.cbc.utf8)) } == .unreadable)
        #expect(refusal { try old.seal(Vectors.claims) } == .readOnly)
    }
}
