import Testing

@testable import Moongate

@Suite struct RawObjectTests {
    private let object = Array(#"{"a":1,"exp":2,"jti":"x","sid":"s","z":{"exp":3}}"#.utf8)

    @Test func valuesAreReplacedWhereTheyStand() {
        let changed = RawObject.replacing(
            RawObject.Names("exp", "jti"), in: object, write: { $1 += $0 == 0 ? "12345".utf8 : #""""#.utf8 })
        #expect(
            changed.map { String(decoding: $0, as: UTF8.self) }
                == #"{"a":1,"exp":12345,"jti":"","sid":"s","z":{"exp":3}}"#)
    }

    @Test func replacingAndSettingAgree() {
        let members: [(name: StaticString, value: [UInt8])] = [("exp", Array("7".utf8)), ("sid", Array(#""t""#.utf8))]
        let replaced = RawObject.replacing(RawObject.Names("exp", "sid"), in: object) { $1 += members[$0].value }
        #expect(replaced != nil)
        #expect(replaced == RawObject.setting(members, in: object))
    }

    @Test func aMemberThatIsNotThereIsNotInvented() {
        #expect(RawObject.replacing(RawObject.Names("exp", "ver"), in: object, write: { $1.append(0x37) }) == nil)
    }

    @Test func membersInAnotherOrderAreLeftToSetting() {
        let object = Array(#"{"iat":1,"exp":2}"#.utf8)
        #expect(RawObject.replacing(RawObject.Names("exp", "iat"), in: object, write: { $1.append(0x37) }) == nil)
    }

    private func integer(_ raw: String) -> Int64? {
        let object = Array(#"{"n":\#(raw)}"#.utf8)
        return RawObject.withValues(of: RawObject.Names("n"), in: object) { RawObject.integer($0[0]) }
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ])
    func integersAreRead(raw: String, value: Int64) { #expect(integer(raw) == value) }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "18446744073709551617", "99999999999999999999", "1.0", "1e3",
        "\"1\"", "true", "null", "{}", "[]",
    ])
    func whatIsNoIntegerIsNone(raw: String) { #expect(integer(raw) == nil) }
}
