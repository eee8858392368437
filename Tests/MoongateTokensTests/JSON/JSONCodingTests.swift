import MoongateTokens
import Testing

@Suite struct JSONCodingTests {
    struct Profile: Codable, Equatable {
        enum Role: String, Codable { case staff, user }
        struct Group: Codable, Equatable {
            var name: String
            var level: UInt8
        }
        var name: String
        var role: Role
        var groups: [Group]
        var score: Double
        var note: String?
        var extra: JSONValue
        var table: [String: [Int]]
        var matrix: [[Int?]]
    }

    static let profile = Profile(
        name: "é", role: .staff, groups: [.init(name: "a", level: 255)], score: 1.5, note: nil,
        extra: ["x": [1, 2.5, nil]], table: ["k": [1, -2]], matrix: [[1, nil], []])

    @Test func aValueComesBackAsItWas() throws {
        let value = try JSONValue(encoding: Self.profile)
        #expect(value["groups"] == [["name": "a", "level": 255]])
        #expect(value["note"] == nil)
        #expect(value["extra"] == ["x": [1, 2.5, nil]])
        #expect(try value.decode(Profile.self) == Self.profile)
        let again = try JSONValue(parsing: value.canonicalBytes())
        #expect(try again.decode(Profile.self) == Self.profile)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        #expect(try JSONValue.integer(255).decode(UInt8.self) == 255)
        #expect(throws: DecodingError.self) { try JSONValue.integer(256).decode(UInt8.self) }
        #expect(throws: DecodingError.self) { try JSONValue.integer(-1).decode(UInt.self) }
        #expect(try JSONValue.number(3).decode(Int.self) == 3)
        #expect(throws: DecodingError.self) { try JSONValue.number(3.5).decode(Int.self) }
        #expect(throws: DecodingError.self) { try JSONValue.number(1e300).decode(Int.self) }
        #expect(throws: DecodingError.self) { try JSONValue.number(1e300).decode(Float.self) }
        #expect(throws: DecodingError.self) { try JSONValue.string("1").decode(Int.self) }
        #expect(throws: DecodingError.self) { try JSONValue.integer(1).decode(Bool.self) }
        #expect(throws: DecodingError.self) { try JSONValue.null.decode(String.self) }
        #expect(throws: DecodingError.self) { try JSONValue.array([1]).decode(Profile.self) }
        #expect(throws: DecodingError.self) { try (["name": "x"] as JSONValue).decode(Profile.self) }
        #expect(throws: DecodingError.self) { try (["k": ["x"]] as JSONValue).decode([String: [Int]].self) }
    }

    @Test func numbersThatJSONCannotHoldAreNotEncoded() throws {
        #expect(try JSONValue(encoding: UInt64(Int64.max)) == .integer(.max))
        #expect(throws: EncodingError.self) { try JSONValue(encoding: UInt64.max) }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Double.nan]) }
    }

    @Test func literalsAndAccessorsAgree() {
        let value: JSONValue = ["a": 1, "b": [true, nil], "c": 1.5, "d": "x"]
        #expect(value["a"]?.integerValue == 1 && value["a"]?.doubleValue == 1 && value["a"]?.stringValue == nil)
        #expect(value["b"]?.arrayValue?.first?.boolValue == true && value["b"]?.arrayValue?.last?.isNull == true)
        #expect(value["c"]?.integerValue == nil && value["c"]?.doubleValue == 1.5)
        #expect(value["d"]?.stringValue == "x" && value["d"]?.boolValue == nil && value["e"] == nil)
        #expect(value.objectValue?.count == 4 && value["d"]?["x"] == nil)
    }
}
