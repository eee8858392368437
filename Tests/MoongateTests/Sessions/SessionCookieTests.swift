import HTTPTypes
import Testing

@testable import Moongate

@Suite struct SessionCookieTests {
    private func cookie(_ header: String) -> SessionCookie {
        SessionCookie(RequestCookies([.cookie: header]), name: "s")
    }

    private func value(_ header: String) -> String? {
        guard case .value(let bytes) = cookie(header).reading else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [1, 3935, 3936, 3937, 7872, 7873, 16_384])
    func valueComesBackFromItsChunks(_ length: Int) {
        let bytes = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let written = cookie("").writing(bytes, name: "s", expires: Timestamp(seconds: 1), secure: true)
        #expect(written.count == (length + 3935) / 3936)
        let header = written.reversed().map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
        #expect(value(header) == String(decoding: bytes, as: UTF8.self))
    }

    @Test func valueThatIsTooLongIsNotRead() {
        #expect(value("s=" + String(repeating: "a", count: 16_384)) != nil)
        #expect(value("s=" + String(repeating: "a", count: 16_385)) == nil)
    }

    @Test func shrinkingDeletesWhatIsLeft() {
        let written = cookie("s.0=a; s.1=b; s.2=c; s.3=d").writing(
            [0x61], name: "s", expires: Timestamp(seconds: 1), secure: false)
        #expect(written.filter { $0.maxAge == 0 }.map(\.name) == ["s.0", "s.1", "s.2", "s.3"])
        #expect(written.last?.name == "s" && written.last?.value == "a")
    }

    @Test func theFirstOfTwoChunksOfOneNameCounts() { #expect(value("s.0=a; s.1=b; s.0=z") == "ab") }

    @Test(arguments: ["s.1=b", "s.0=a; s.2=c"])
    func aMissingChunkIsUnreadable(_ header: String) {
        #expect(value(header) == nil && !cookie(header).names.isEmpty)
    }

    @Test(arguments: ["s.00=x", "s.100=x", "s.a=x", "s-foo=x", "s.=x", "s.-1=x", "sx=x", "S=x", "s="])
    func strayNamesDoNotCount(_ noise: String) {
        #expect(value("\(noise); s.0=a; \(noise); s.1=b") == "ab")
        #expect(value(noise) == nil)
    }

    @Test func escapesAreRead() {
        #expect(value("s=abc%2B%2fdef%3D") == "abc+/def=" && value("s.0=%61; s.1=b%2E") == "ab.")
        #expect(value("s=%zz%41") == "%zz%41" && value("s=%FF") == "%FF")
    }

    @Test func valueThatIsNotSealedIsEscaped() {
        let written = cookie("").writing(
            Array("a+/=".utf8), name: "s", expires: Timestamp(seconds: 1), secure: false, isSealed: false)
        #expect(written.map(\.fieldValue).first?.hasPrefix("s=a%2B%2F%3D; ") == true)
    }

    @Test func firstDuplicateWinsAndBlanksDoNotCount() {
        let cookies = RequestCookies([.cookie: " a =\t1 ; a=2;b=\"x\";=y;;c; d=%41%zz; e=%FF; f=a=b"])
        #expect(cookies["a"] == "1" && cookies["b"] == "\"x\"" && cookies["c"] == nil)
        #expect(cookies["d"] == "%41%zz" && cookies["e"] == "%FF" && cookies["f"] == "a=b")
    }
}
