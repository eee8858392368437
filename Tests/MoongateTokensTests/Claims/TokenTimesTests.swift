import MoongateTokens
import Testing

@Suite struct TokenTimesTests {
    static let now: Int64 = 1_700_000_000

    @Test(arguments: [
        #"{"exp":1700000001}"#, #"{"exp":1699999986}"#, #"{"exp":1699999985.5}"#,
        #"{"exp":4102444800,"iat":9999999999}"#,
        #"{"exp":1700000100,"nbf":1700000015}"#, #"{"exp":1700000100,"nbf":0,"iat":1.5}"#, #"{"\u0065xp":1700000001}"#,
        #"{"a":{"exp":1},"exp":1700000001,"nbf":1e9}"#,
    ])
    func timelyTokensPass(payload: String) throws {
        try TokenTimes.check(Array(payload.utf8), now: Self.now)
    }

    static let untimely: [(String, TokenError.Code)] = [
        (#"{"exp":1699999985}"#, TokenError.Code.expired), (#"{"exp":0}"#, .expired), (#"{"exp":-1}"#, .expired),
        (#"{"exp":1700000100,"nbf":1700000016}"#, .notYetValid),
        (#"{"exp":1700000100,"nbf":4102444800}"#, .notYetValid),
        (#"{}"#, .badClaims), (#"{"exp":"1800000000"}"#, .badClaims), (#"{"exp":null}"#, .badClaims),
        (#"{"exp":true}"#, .badClaims), (#"{"exp":[1800000000]}"#, .badClaims), (#"{"exp":1e300}"#, .badClaims),
        (#"{"exp":9223372036854775807}"#, .badClaims), (#"{"a":{"exp":1800000000}}"#, .badClaims),
        (#"{"exp":1800000000,"iat":"x"}"#, .badClaims), (#"{"exp":1800000000,"iat":null}"#, .badClaims),
        (#"{"exp":1800000000,"nbf":{}}"#, .badClaims), ("[]", .badClaims), ("", .badClaims),
        (#"{"exp":180"#, .badClaims),
    ]

    @Test(arguments: untimely)
    func othersAreRefused(payload: String, code: TokenError.Code) {
        #expect(refusal { try TokenTimes.check(Array(payload.utf8), now: Self.now) } == code)
    }

    @Test func toleranceIsTheCallers() throws {
        let payload = Array(#"{"exp":1699999999}"#.utf8)
        try TokenTimes.check(payload, now: Self.now, tolerance: 2)
        #expect(refusal { try TokenTimes.check(payload, now: Self.now, tolerance: 0) } == .expired)
        #expect(refusal { try TokenTimes.check(payload, now: .max, tolerance: .max) } == nil)
        #expect(refusal { try TokenTimes.check(payload, now: .max, tolerance: .min) } == .expired)
    }
}
