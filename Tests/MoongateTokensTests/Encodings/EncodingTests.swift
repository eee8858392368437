import MoongateTokens
import Testing

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64URLGivesThePublishedText(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
        let padded = encoded + String(repeating: "=", count: (4 - encoded.count % 4) % 4)
        #expect(Base64.encode(Array(plain.utf8)) == padded)
        #expect(Base64.decode(padded) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg=", "Zg==", "Zh", "Zm9", "Zm8=", "Zm9v=", "Zm9vY", "Zm+v", "Zm/v", "Zm v", " Zm9v", "Zm9v\n",
        "Zm9\u{0}",
        "Zé8", "Zm9vZm9v.",
    ])
    func base64URLTakesNoOtherText(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm8", "Zm9=", "Zm-v", "Zm_v", "=", "====", "Zg==Zg==", "Z==="])
    func base64TakesNoOtherText(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func everyByteSurvives() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 251 &+ 13) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
    }

    /// Long texts are done many characters at a time, short ones and ends one by one.
    @Test func longTextIsThatOfOrdinaryBase64() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
            let text = Base64URL.encode(bytes)
            let ordinary = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
            #expect(Base64.encode(bytes).prefix { $0 != "=" } == ordinary)
            #expect(Base64URL.decode(text) == bytes)
        }
    }

    @Test func noOtherCharacterIsTakenAtAnyPlaceOfALongText() {
        let text = Array(Base64URL.encode((0..<48).map { UInt8($0 * 5) }).utf8)
        let good = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for place in text.indices {
            let taken = (UInt8.min...0x7F).filter { byte in
                var other = text
                other[place] = byte
                return Base64URL.decode(String(decoding: other, as: UTF8.self)) != nil
            }
            #expect(Set(taken) == good)
        }
    }

    @Test func hexTakesBothCasesAndNothingElse() {
        #expect(Hex.encode([0, 0xAF, 9]) == "00af09")
        #expect(Hex.decode("00Af") == [0, 0xAF])
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil && Hex.decode("é") == nil && Hex.decode("+1") == nil)
    }
}
