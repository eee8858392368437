import Testing

@testable import Moongate

@Suite struct RawObjectTests {
    private let object = Array(#"{"a":1,"exp":2,"jti":"x","sid":"s","z":{"exp":3}}"#.utf8)

    @Test func valuesAreReplacedWhereTheyStand() {
        let changed = RawObject.replacing(
            [("exp", Array("12345".utf8)), ("jti", Array(#""""#.utf8))], in: object)
        #expect(
            changed.map { String(decoding: $0, as: UTF8.self) }
                == #"{"a":1,"exp":12345,"jti":"","sid":"s","z":{"exp":3}}"#)
    }

    @Test func replacingAndSettingAgree() {
        let members: [(name: StaticString, value: [UInt8])] = [("exp", Array("7".utf8)), ("sid", Array(#""t""#.utf8))]
        #expect(RawObject.replacing(members, in: object) == RawObject.setting(members, in: object))
    }

    @Test func aMemberThatIsNotThereIsNotInvented() {
        #expect(RawObject.replacing([("exp", [0x37]), ("ver", [0x30])], in: object) == nil)
    }

    @Test func membersInAnotherOrderAreLeftToSetting() {
        #expect(RawObject.replacing([("exp", [0x37]), ("iat", [0x37])], in: Array(#"{"iat":1,"exp":2}"#.utf8)) == nil)
    }
}
