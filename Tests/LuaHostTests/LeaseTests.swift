import LuaHost
import Testing

@Suite struct LeaseTests {
    static let reserved: [StaticString] = ["sub", "exp", "aud", "jti"]

    private func restoring(_ text: String, _ token: String, from document: String? = nil) async throws -> LuaResult {
        try await Running.call(text, [Running.json("token", token)]) {
            $0.restoring = LuaRestoring(
                Self.reserved, from: document.map { .document(Array($0.utf8)) } ?? .argument("token"))
        }
    }

    @Test(
        arguments: [
            ("p.token.sub = 'evil'", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [0]),
            ("p.token.sub = nil", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [0]),
            ("p.token.jti = 'x'", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [3]),
            ("p.token.aud[2] = 'b'", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [2]),
            ("p.token.aud = 'b'", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [2]),
            ("p.token.aud = { 'a' }", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, []),
            ("p.token.exp = '5'", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [1]),
            ("p.token.sub, p.token.exp = p.token.exp, p.token.sub", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [0, 1]),
            ("p.token.aud = nil p.token.jti = false", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, [2, 3]),
            ("p.token.exp = p.token.exp + 0.0", #"{"aud":["a"],"exp":5,"sub":"u1"}"#, []),
            ("p.token = { x = 1 }", #"{"aud":["a"],"exp":5,"sub":"u1","x":1}"#, [0, 1, 2]),
            ("p.token.x = 1", #"{"aud":["a"],"exp":5,"sub":"u1","x":1}"#, []),
        ] as [(String, String, [Int])])
    func reservedMembersKeepTheirValue(_ change: String, _ expected: String, _ changed: [Int]) async throws {
        let token = #"{"sub":"u1","exp":5,"aud":["a"]}"#
        let text = "return function(p) \(change) return p.token end"
        for document in [nil, token] {
            let result = try await restoring(text, token, from: document)
            #expect(result.text == expected)
            #expect(result.changedReserved == changed)
        }
    }

    @Test func aKeptResultIsTheNextCallsArgument() async throws {
        let program = try LuaProgram(entries: [
            LuaSource(name: "jwt.lua", "return function(p) p.token.role = 'x' p.token.sub = 'evil' return p.token end"),
            LuaSource(
                name: "session.lua",
                "return function(p) p.session.role = p.token.role "
                    + "p.session.sub = p.token.sub p.session.n = p.token.n == nil return p.session end"),
        ])
        let lease = try LuaPool(program: program).lease()
        var jwt = LuaCall(entry: 0, arguments: [Running.json("token", #"{"sub":"u1","n":null}"#)])
        jwt.keepsResult = true
        jwt.restoring = LuaRestoring(Self.reserved, from: .argument("token"))
        #expect(try await lease.call(jwt).text == #"{"n":null,"role":"x","sub":"u1"}"#)
        let session = LuaCall(entry: 1, arguments: [Running.json("session", "{}"), .kept("token")])
        #expect(try await lease.call(session).text == #"{"n":true,"role":"x","sub":"u1"}"#)
        await #expect(throws: LuaFailure.self) { try await lease.call(session) }
    }

    @Test func whatIsKeptDoesNotOutliveTheLease() async throws {
        let program = try Running.program("return function(p) return p.kept or p.token end")
        let pool = LuaPool(program: program)
        let lease = try pool.lease()
        var call = LuaCall(entry: 0, arguments: [Running.json("token", "{}")])
        call.keepsResult = true
        _ = try await lease.call(call)
        lease.end()
        await #expect(throws: LuaFailure.self) {
            try await pool.lease().call(LuaCall(entry: 0, arguments: [.kept("kept")]))
        }
    }

    @Test func anEndedLeaseIsRefused() async throws {
        let lease = try LuaPool(program: try Running.program("return function() return 1 end")).lease()
        _ = try await lease.call(LuaCall(entry: 0))
        lease.end()
        await #expect(throws: LuaFailure.self) { try await lease.call(LuaCall(entry: 0)) }
    }

    @Test func tooManyArgumentsAreRefused() async throws {
        let many = (0..<13).map { _ in Running.json("value", "1") }
        await #expect(throws: LuaFailure.self) { try await Running.call("return function() return 1 end", many) }
    }
}
