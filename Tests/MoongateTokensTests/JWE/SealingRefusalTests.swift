import Testing

@testable import MoongateTokens

@Suite struct SealingRefusalTests {
    @Test(arguments: [Vectors.cbc, Vectors.gcm])
    func everyFlippedBitIsRefusedAlike(token: String) throws {
        let keys = try Vectors.keys("secret")
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            for bit in 0..<8 {
                var forged = bytes
                forged[index] ^= 1 << bit
                guard refusal({ try keys.open(forged) }) == .unreadable else {
                    Issue.record("byte \(index), bit \(bit)")
                    return
                }
            }
        }
    }

    @Test(arguments: [Vectors.cbc, Vectors.gcm])
    func everyShorterOrLongerTokenIsRefused(token: String) throws {
        let keys = try Vectors.keys("secret")
        let bytes = Array(token.utf8)
        for count in 0..<bytes.count { #expect(refusal { try keys.open(Array(bytes.prefix(count))) } == .unreadable) }
        for extra in ["A", ".", "=", " ", "\n", "\u{0}", "AAAA"] {
            #expect(refusal { try keys.open(bytes + Array(extra.utf8)) } == .unreadable)
            #expect(refusal { try keys.open(Array(extra.utf8) + bytes) } == .unreadable)
        }
    }

    @Test(arguments: [
        #"{"alg":"none","enc":"A256GCM"}"#, #"{"alg":"DIR","enc":"A256GCM"}"#, #"{"alg":null,"enc":"A256GCM"}"#,
        #"{"alg":["dir"],"enc":"A256GCM"}"#, #"{"enc":"A256GCM"}"#, #"{"alg":"dir"}"#,
        #"{"alg":"A256KW","enc":"A256GCM"}"#,
        #"{"alg":"RSA1_5","enc":"A256GCM"}"#, #"{"alg":"ECDH-ES","enc":"A256GCM"}"#, #"{"alg":"dir","enc":"A128GCM"}"#,
        #"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":1000000000,"p2s":"AAAA"}"#,
        #"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#, #"{"alg":"dir","enc":"A256GCM","p2c":1}"#,
        #"{"alg":"dir","enc":"A256GCM","crit":["exp"]}"#, #"{"alg":"dir","enc":"A256GCM","crit":[]}"#,
        #"{"alg":"dir","enc":"A256GCM","b64":false}"#, #"{"alg":"dir","enc":"A256GCM","epk":{}}"#,
        #"{"alg":"dir","enc":"A256GCM","jku":"https://a.example"}"#, #"{"alg":"dir","enc":"A256GCM","jwk":{}}"#,
        #"{"alg":"dir","enc":"A256GCM","x5u":"https://a.example"}"#, #"{"alg":"dir","enc":"A256GCM","x5c":[]}"#,
        #"{"alg":"dir","alg":"dir","enc":"A256GCM"}"#, #"{"alg":"dir","\u0061lg":"dir","enc":"A256GCM"}"#,
        #"{"alg":"dir","enc":"A256GCM","kid":1}"#, #"{"alg":"dir","enc":"A256GCM","kid":"../../etc/passwd"}"#,
        #"{"alg":"dir","enc":"A256GCM","kid":null}"#, #"["dir"]"#, "", "dir",
    ])
    func otherHeadersAreRefused(header: String) throws {
        // Asked of the header alone: in a token, another header would fail on the tag whatever it says.
        let keys = try Vectors.keys("secret")
        #expect(!accepted(Vectors.header(header), by: keys))
        let token = Vectors.replacing(0, of: Vectors.gcm, with: Vectors.header(header))
        #expect(refusal { try keys.open(token) } == .unreadable)
    }

    @Test func aHeaderIsReadStrictly() throws {
        let keys = try Vectors.keys("secret")
        let good = #"{"alg":"dir","enc":"A256GCM","typ":"JWT"}"#
        let long = #"{"alg":"dir","enc":"A256GCM","typ":"\#(String(repeating: "x", count: 2000))"}"#
        #expect(accepted(Vectors.header(good), by: keys))
        #expect(accepted(Vectors.header(#"{"enc":"A256CBC-HS512","alg":"dir","kid":"\#(Vectors.keyID)"}"#), by: keys))
        #expect(
            !accepted(Vectors.header(#"{"enc":"A256CBC-HS512","alg":"dir","kid":"\#(Vectors.shortKeyID)"}"#), by: keys))
        #expect(!accepted(Vectors.header(good) + "=", by: keys))
        #expect(!accepted(Vectors.header(long), by: keys))
    }

    private func accepted(_ header: String, by keys: SealingKeys) -> Bool {
        Array(header.utf8).withUnsafeBufferPointer { (try? keys.choose(header: $0)) != nil }
    }

    @Test func tagsIVsAndCiphertextHaveTheirLengths() throws {
        let keys = try Vectors.keys("secret")
        for token in [Vectors.cbc, Vectors.gcm] {
            let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            for part in [2, 3, 4] {
                guard let bytes = Base64URL.decode(parts[part]) else { continue }
                for cut in [1, 4, 8, 15] where cut < bytes.count {
                    let text = Base64URL.encode(Array(bytes.dropLast(cut)))
                    #expect(refusal { try keys.open(Vectors.replacing(part, of: token, with: text)) } == .unreadable)
                }
                for text in ["", Base64URL.encode(bytes + [0]), parts[part] + "="] {
                    #expect(refusal { try keys.open(Vectors.replacing(part, of: token, with: text)) } == .unreadable)
                }
            }
            // An encrypted key has no place in `dir`.
            #expect(refusal { try keys.open(Vectors.replacing(1, of: token, with: "AAAA")) } == .unreadable)
        }
    }

    @Test func otherShapesAreRefused() throws {
        let keys = try Vectors.keys("secret")
        for count in [0, 1, 2, 3, 5, 9_999] {
            #expect(refusal { try keys.open([UInt8](repeating: 0x2E, count: count)) } == .unreadable)
        }
        #expect(refusal { try keys.open(Array(#"{"protected":"e30","ciphertext":"AA"}"#.utf8)) } == .unreadable)
        #expect(refusal { try keys.open([]) } == .unreadable)
    }

    @Test func everyFailureReadsTheSameInALog() throws {
        let keys = try Vectors.keys("secret")
        var damaged = Array(Vectors.cbc.utf8)
        damaged[damaged.count - 2] ^= 1
        let badTag = #expect(throws: TokenError.self) { try keys.open(damaged) }
        let badText = #expect(throws: TokenError.self) {
            try keys.open(Vectors.replacing(3, of: Vectors.cbc, with: "AAAAAAAAAAAAAAAAAAAAAA"))
        }
        #expect(badTag?.description == badText?.description)
    }
}
