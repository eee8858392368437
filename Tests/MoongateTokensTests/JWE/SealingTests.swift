import CJSON
import MoongateTokens
import Testing

@Suite struct SealingTests {
    @Test func whatIsSealedOpens() throws {
        let keys = try Vectors.keys("secret")
        for count in 0..<70 {
            let payload = Array(#"{"a":"\#(String(repeating: "x", count: count))"}"#.utf8)
            #expect(try keys.open(keys.seal(payload)) == payload)
        }
    }

    /// The raw values of `exp`, `sub` and `none` as they are found on opening.
    private func found(_ payload: String) throws -> [String] {
        let keys = try Vectors.keys("secret")
        let names: [StaticString] = ["exp", "sub", "none"]
        let pointers = names.map {
            UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self) as UnsafePointer?
        }
        return try keys.open(keys.seal(Array(payload.utf8)), finding: pointers) { opened, values in
            #expect(opened == Array(payload.utf8))
            return values.map { value in
                String(decoding: UnsafeBufferPointer(start: value.bytes, count: value.length), as: UTF8.self)
            }
        }
    }

    @Test(arguments: [
        (#"{"exp":1,"sub":"a"}"#, ["1", #""a""#, ""]), ("{}", ["", "", ""]), (#" { "exp" : 1.5 } "#, ["1.5", "", ""]),
        (#"{"a":{"exp":2},"b":[{"sub":"x"},"exp"],"exp":{"exp":[3,{}]},"sub":[]}"#, [#"{"exp":[3,{}]}"#, "[]", ""]),
        (#"{"sub":"\u0061\"","e\u0078p":null,"none":false}"#, ["null", #""\u0061\"""#, "false"]),
        (#"{"\u0073ub":"é"}"#, ["", #""é""#, ""]), (#"{"exp":"","expo":1,"ex":2}"#, [#""""#, "", ""]),
    ])
    func membersAreFoundOnOpening(payload: String, values: [String]) throws { #expect(try found(payload) == values) }

    @Test(arguments: [
        "", "[]", "1", #""exp""#, "{", #"{"exp":1"#, #"{"exp":1}}"#, #"{"exp":1,"exp":2}"#, #"{"exp":1,"\u0065xp":2}"#,
        #"{"a":{"b":1,"b":2}}"#, #"{"exp":01}"#, #"{"exp":"\u0000"}"#, #"{"exp" 1}"#, #"{"exp":1,}"#, #"{"":1}"#,
    ])
    func whatIsNoObjectOpensNoMoreWithMembersThanWithout(payload: String) throws {
        let keys = try Vectors.keys("secret")
        let token = try keys.seal(Array(payload.utf8))
        #expect(refusal { try keys.open(token) } == .unreadable)
        #expect(refusal { _ = try found(payload) } == .unreadable)
    }

    @Test func anotherPurposeDoesNotOpen() throws {
        let token = try Vectors.keys("secret").seal(Vectors.claims)
        for salt in ["__Secure-authjs.session-token", "authjs.state", "authjs.session-token ", ""] {
            let other = try Vectors.keys("secret", salt: salt)
            #expect(refusal { try other.open(token) } == .unreadable)
        }
    }

    @Test func listedSecretsReadAndTheFirstWrites() throws {
        let old = try Vectors.keys("old").seal(Vectors.claims)
        let rotated = try Vectors.keys("new", "old")
        #expect(try rotated.open(old) == Vectors.claims)
        let fresh = try rotated.seal(Vectors.claims)
        #expect(try Vectors.keys("new").open(fresh) == Vectors.claims)
        #expect(refusal { try Vectors.keys("old").open(fresh) } == .unreadable)
        #expect(refusal { try Vectors.keys("new").open(old) } == .unreadable)
    }

    @Test func aHeaderThatIsKnownCountsForItsOwnTokensAlone() throws {
        let keys = try Vectors.keys("new", "old")
        let old = try Vectors.keys("old").seal(Vectors.claims)
        for _ in 0..<3 {
            let fresh = try keys.seal(Vectors.claims)
            #expect(try keys.open(fresh) == Vectors.claims)
            #expect(try keys.open(old) == Vectors.claims)
            let text = String(decoding: fresh, as: UTF8.self)
            let header = try #require(Base64URL.decode(String(text.prefix { $0 != "." })))
            // The same members in another order: as long, accepted as a header, and not what was sealed.
            let members = try #require(JSONValue(parsing: header).objectValue)
            let kid = try #require(members["kid"]?.stringValue)
            let reordered = #"{"enc":"A256CBC-HS512","alg":"dir","kid":"\#(kid)"}"#
            let forged = Vectors.replacing(0, of: text, with: Base64URL.encode(Array(reordered.utf8)))
            #expect(forged.count == fresh.count)
            #expect(refusal { try keys.open(forged) } == .unreadable)
        }
    }

    @Test func noSecretAndEmptySecretsAreRefused() {
        #expect(refusal { try SealingKeys(secrets: [], salt: "s") } == .badSecret)
        #expect(refusal { try SealingKeys(secrets: [Secret("a"), Secret("")], salt: "s") } == .badSecret)
        #expect(refusal { try SealingKeys(secrets: [Secret("a")], salt: "s") } == nil)
    }

    @Test func initialisationVectorsNeverRepeat() throws {
        let keys = try Vectors.keys("secret")
        var seen = Set<Substring>()
        for _ in 0..<20_000 {
            let token = String(decoding: try keys.seal([0x7B, 0x7D]), as: UTF8.self)
            let iv = token.split(separator: ".", omittingEmptySubsequences: false)[2]
            #expect(iv != "AAAAAAAAAAAAAAAAAAAAAA")
            seen.insert(iv)
        }
        #expect(seen.count == 20_000)
    }

    @Test func theLengthLimitHoldsBothWays() throws {
        let keys = try Vectors.keys("secret")
        let fits = 12_087  // the rest is 174 characters of header, 69 of dots, IV and tag, and the text around these
        var largest = 0
        for count in stride(from: fits - 80, through: fits + 80, by: 1) {
            let payload = Array(#"{"a":"\#(String(repeating: "x", count: count))"}"#.utf8)
            guard let token = try? keys.seal(payload) else {
                #expect(refusal { try keys.seal(payload) } == .tooLarge)
                continue
            }
            largest = max(largest, token.count)
            #expect(token.count <= SealingKeys.maximumTokenLength)
            #expect(try keys.open(token) == payload)
        }
        #expect(largest > SealingKeys.maximumTokenLength - 40)
        #expect(refusal { try keys.open([UInt8](repeating: 0x41, count: 16_385)) } == .tooLarge)
        #expect(refusal { try keys.open([UInt8](repeating: 0x41, count: 16_384)) } == .unreadable)
        #expect(refusal { try keys.open([UInt8](repeating: 0x2E, count: 1_000_000)) } == .tooLarge)
        #expect(refusal { try keys.seal([UInt8](repeating: 0x41, count: 1_000_000)) } == .tooLarge)
    }

    @Test func aPayloadThatIsNoStrictObjectDoesNotOpen() throws {
        let keys = try Vectors.keys("secret")
        for payload in ["", "[]", "1", "null", #"{"a":1,"a":2}"#, #"{"a":1"#, "{}{}", "\u{FEFF}{}", #"{"a":"\ud800"}"#]
        {
            let token = try keys.seal(Array(payload.utf8))
            #expect(refusal { try keys.open(token) } == .unreadable)
        }
        #expect(try keys.open(keys.seal(Array(" {} ".utf8))) == Array(" {} ".utf8))
    }

    @Test func manyCallersAtOnceGetTheirOwn() async throws {
        let keys = try Vectors.keys("secret", "old")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for caller in 0..<64 {
                group.addTask {
                    for turn in 0..<50 {
                        let payload = Array(#"{"caller":\#(caller),"turn":\#(turn)}"#.utf8)
                        guard try keys.open(keys.seal(payload)) == payload else { return false }
                    }
                    return true
                }
            }
            for try await good in group { #expect(good) }
        }
    }
}
