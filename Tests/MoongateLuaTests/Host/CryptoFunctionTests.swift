import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite struct CryptoFunctionTests {
    @Test func digestIsHexUnlessToldOtherwise() async throws {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  // FIPS 180-4, "abc"
        #expect(try await asked("crypto.sha256('abc')").value == .string(hex))
        let bytes = try #require(Hex.decode(hex))
        #expect(
            try await asked("crypto.sha256('abc', { encoding = 'base64url' })").value
                == .string(Base64URL.encode(bytes)))
        #expect(
            try await asked("crypto.sha256('abc', { encoding = 'base64' })").value == .string(Base64.encode(bytes)))
    }

    @Test func hmacTakesAStringASecretAndAWrittenKey() async throws {
        // RFC 4231, test case 2.
        let expected: JSONValue = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        let text = "'what do ya want for nothing?'"
        var needs = ScriptNeeds()
        needs.secrets = ["KEY"]
        for key in ["'Jefe'", "secret 'KEY'"] {
            let answer = try await asked("crypto.hmac(\(key), \(text))", needs: needs) {
                $0.secrets = DictionarySecretSource(["KEY": "Jefe"])
            }
            #expect(answer.value == expected)
        }
        #expect(try await asked("crypto.hmac('4a656665', \(text), { keyEncoding = 'hex' })").value == expected)
    }

    @Test func randomIsOfTheLengthAskedForAndNew() async throws {
        let answer = try await asked("{ crypto.random(32), crypto.random(32), crypto.random(4, { encoding = 'hex' }) }")
        let texts = try #require(answer.value?.arrayValue).map { $0.stringValue ?? "" }
        #expect(texts.map(\.utf8.count) == [43, 43, 8])
        #expect(texts[0] != texts[1])
    }

    @Test func equalTellsEqualFromDifferent() async throws {
        let answer = try await asked("{ crypto.equal('ab', 'ab'), crypto.equal('ab', 'ac'), crypto.equal('a', 'ab') }")
        #expect(answer.value == [true, false, false])
    }

    @Test func base64urlGoesBothWays() async throws {
        #expect(try await asked("crypto.base64url.encode('ä?>')").value == "w6Q_Pg")
        #expect(try await asked("crypto.base64url.decode('w6Q_Pg')").value == "ä?>")
        #expect(try await asked("crypto.base64url.decode('a')").why?.hasPrefix("crypto.encoding") == true)
        #expect(
            try await asked("crypto.base64url.decode('_w')").why == "crypto.encoding: what it stands for is not text")
    }

    @Test(arguments: [
        "crypto.sha256()", "crypto.sha256(1)", "crypto.sha256('a', { encoding = 'hexx' })",
        "crypto.sha256('a', { coding = 'hex' })", "crypto.hmac('', 'a')",
        "crypto.hmac('zz', 'a', { keyEncoding = 'hex' })",
        "crypto.hmac('a')", "crypto.random(0)", "crypto.random(1025)", "crypto.random('1')", "crypto.random(1.5)",
        "crypto.equal('a')", "crypto.equal(1, 1)", "crypto.sha256('\\xff')", "crypto.base64url.encode('\\0')",
    ])
    func misuseIsAnError(call: String) async throws {
        #expect(try await raised(call) != nil)
    }

    @Test func unknownOptionNamesTheNearest() async throws {
        #expect(
            try await raised("crypto.sha256('a', { encodign = 'hex' })")?
                .hasPrefix("crypto.sha256 has no option encodign; did you mean encoding?") == true)
    }
}
