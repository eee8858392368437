import MoongateTokens
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples.
    @Test func sha256GivesThePublishedDigests() {
        #expect(
            Hex.encode(SHA256.hash("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Hex.encode(SHA256.hash([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    /// RFC 4231, cases 1 and 2.
    @Test func hmacGivesThePublishedCodes() {
        #expect(
            Hex.encode(hmacSHA256(key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            Hex.encode(hmacSHA256(key: Secret("Jefe"), message: Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(hmacSHA256(key: [], message: []) != hmacSHA256(key: [1], message: []))
    }

    /// RFC 5869, A.1 and A.3.
    @Test func hkdfGivesThePublishedKeys() throws {
        let secret = Secret(bytes: [UInt8](repeating: 0x0B, count: 22))
        let first = try HKDF.sha256(
            secret: secret, salt: Array(0...0x0C), info: Array(0xF0...0xF9), length: 42)
        #expect(
            Hex.encode(first.bytes)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        let third = try HKDF.sha256(secret: secret, salt: [], info: [], length: 42)
        #expect(
            Hex.encode(third.bytes)
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
        #expect(throws: TokenError.self) { try HKDF.sha256(secret: secret, salt: [], info: [], length: 8161) }
    }

    @Test func comparisonSeesEveryByte() {
        let bytes = [UInt8](0..<64)
        #expect(constantTimeEqual(bytes, bytes) && constantTimeEqual([], []) && constantTimeEqual("a", "a"))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!constantTimeEqual(bytes, other))
        }
        #expect(!constantTimeEqual(bytes, Array(bytes.dropLast())) && !constantTimeEqual([], [0]))
        #expect(!constantTimeEqual("e\u{301}", "\u{E9}"))
    }

    @Test func randomBytesDifferAndUUIDsHaveTheirForm() throws {
        #expect(try randomBytes(32) != randomBytes(32))
        #expect(try randomBytes(0).isEmpty && randomBytes(5).count == 5)
        #expect(uuidV4(from: [UInt8](repeating: 0xFF, count: 16)) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(uuidV4(from: []) == "00000000-0000-4000-8000-000000000000")
        #expect(try uuidV4() != uuidV4())
    }
}
