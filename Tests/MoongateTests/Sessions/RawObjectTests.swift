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
}
