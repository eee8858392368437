import MoongateTokens
import Testing

@Suite struct PasswordHashTests {
    private static let salt = [UInt8](repeating: 7, count: 16)

    @Test func hashIsThatOfRFC7914() throws {
        // RFC 7914 section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1).
        let expected = try #require(
            Hex.decode(
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                    + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"))
        let salt = Base64.encode(Array("SodiumChloride".utf8)).prefix { $0 != "=" }
        let hash = Base64.encode(expected).prefix { $0 != "=" }
        let stored = try #require(PasswordHash(parsing: "$scrypt$ln=14,r=8,p=1$\(salt)$\(hash)"))
        #expect(try stored.matches(Array("pleaseletmein".utf8)))
        #expect(try !stored.matches(Array("pleaseletmeout".utf8)))
    }

    @Test func whatWasMadeIsReadBackAndMatches() throws {
        let made = try PasswordHash(Array("päss".utf8), salt: Self.salt)
        #expect(made.text.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        let read = try #require(PasswordHash(parsing: made.text))
        #expect(read.text == made.text)
        #expect(try read.matches(Array("päss".utf8)))
        #expect(try !read.matches(Array("pass".utf8)))
    }

    @Test func nothingIsCutOrFolded() throws {
        let long = [UInt8](repeating: 97, count: 100)
        let hash = try PasswordHash(long, salt: Self.salt)
        #expect(try !hash.matches(Array(long.dropLast())))
        #expect(try !hash.matches(long + [0]))
        let composed = try PasswordHash(Array("\u{e9}".utf8), salt: Self.salt)
        #expect(try !composed.matches(Array("e\u{301}".utf8)))
    }

    @Test(arguments: [
        "", "$", "plain", "$scrypt$ln=15,r=8,p=1$$", "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHQ",
        "$2b$10$abcdefghijklmnopqrstuv",
        "$scrypt$ln=18,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=63,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=15,r=99,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=17,r=8,p=5$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=17,r=16,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=015,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$r=8,ln=15,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=15,r=8,p=0$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=99999999999999999999,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg$",
        "$scrypt$ln=15,r=8,p=1$c2Fsd#NhbHQ$MDEyMzQ1Njc4OWFiY2RlZg",
        "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHQ$MDE",
    ])
    func otherTextIsNoHash(text: String) {
        #expect(PasswordHash(parsing: text) == nil)
    }

    @Test func costsAreTheRecommendedOnes() {
        #expect([15, 16, 17].map { PasswordCost(logN: $0)?.p } == [3, 2, 1])
        #expect(PasswordCost(logN: 14) == nil)
        #expect(PasswordCost(logN: 18) == nil)
    }
}
