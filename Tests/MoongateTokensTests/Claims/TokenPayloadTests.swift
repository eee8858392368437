import MoongateTokens
import Testing

@Suite struct TokenPayloadTests {
    @Test func stampingOverwritesTheThreeClaims() throws {
        let claims = Array(#"{ "sub":"42", "exp":1, "jti":"old", "A":[1.0, {"b":1,"a":2}], "iat":"x" }"#.utf8)
        let stamped = try TokenPayload.stamped(claims, iat: 10, exp: 20, jti: "a\"b")
        #expect(
            String(decoding: stamped, as: UTF8.self)
                == #"{"A":[1,{"a":2,"b":1}],"exp":20,"iat":10,"jti":"a\"b","sub":"42"}"#)
    }

    @Test func membersAreSetAndTakenOut() throws {
        let object = Array(#"{"a":1,"c":3,"\u0064":4}"#.utf8)
        let changed = try TokenPayload.setting(
            ["b": ["x": nil], "c": nil, "d": 5, "zz": nil], in: object)
        #expect(String(decoding: changed, as: UTF8.self) == #"{"a":1,"b":{"x":null},"d":5}"#)
        #expect(try TokenPayload.canonical(Array(#"{"b":1,"a":2}"#.utf8)) == Array(#"{"a":2,"b":1}"#.utf8))
    }

    @Test(arguments: ["", "[]", "1", #"{"a":1"#, #"{"a"}"#, "{}x", #"{"a":}"#])
    func whatIsNoObjectIsRefused(text: String) {
        #expect(refusal { try TokenPayload.stamped(Array(text.utf8), iat: 1, exp: 2, jti: "j") } == .badClaims)
    }
}
