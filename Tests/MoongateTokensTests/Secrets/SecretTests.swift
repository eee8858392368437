import MoongateTokens
import Testing

@Suite struct SecretTests {
    struct Holder { let secret: Secret }

    @Test func noWayOfPrintingShowsTheBytes() {
        let secret = Secret("hunter2-hunter2")
        #expect("\(secret)" == "[redacted]")
        #expect(String(describing: secret) == "[redacted]" && String(reflecting: secret) == "[redacted]")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Holder(secret: secret), to: &dumped)
        #expect(dumped.contains("[redacted]") && !dumped.contains("hunter2") && !dumped.contains("104"))
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(!"\(Holder(secret: secret))".contains("hunter2"))
    }

    @Test func itCannotBeEncoded() {
        #expect(!((Secret("a") as Any) is any Encodable))
    }

    @Test func equalityIsThatOfTheBytes() {
        #expect(Secret("é") == Secret(bytes: [0xC3, 0xA9]))
        #expect(Secret("e\u{301}") != Secret("\u{E9}"))
        #expect(Secret("a") != Secret("b") && Secret("a") != Secret("aa") && Secret("") == Secret(bytes: []))
    }

    @Test func bytesComeOutAsTheyWentIn() {
        let secret = Secret(bytes: [1, 2, 0, 255])
        #expect(secret.bytes == [1, 2, 0, 255] && secret.count == 4 && !secret.isEmpty && Secret("").isEmpty)
        #expect(secret.withBytes { Array($0) } == [1, 2, 0, 255])
    }
}
