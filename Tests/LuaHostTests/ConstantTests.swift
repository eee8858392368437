import LuaHost
import Testing

@Suite struct ConstantTests {
    static let config =
        #"{"url":"https://hr.internal","ttl":60,"groups":["b","a"],"map":{"x":{"y":[1,{"z":true}]}},"#
        + #""token":{"@secret":"HR_TOKEN"},"empty":[],"none":null}"#

    /// What a chunk returns that has ``config``.
    private func run(_ text: String, handles: Bool = false) async throws -> String {
        let echo = HostFunction.immediate("echo") { .value($0) }.takingHandles()
        let program = try LuaProgram(
            entries: [LuaSource(name: "a.lua", text)], constants: ["config": Array(Self.config.utf8)],
            functions: [echo], limits: Running.generous)
        var call = LuaCall(entry: 0, mode: .chunk)
        call.allowsHandles = handles
        return try await LuaPool(program: program).lease().call(call).text
    }

    @Test(
        arguments: [
            ("config.url .. config.ttl", "\"https://hr.internal60\""), ("config.map.x.y[2].z", "true"),
            ("{ #config.groups, #config.map.x.y, #config.empty }", "[2,2,0]"),
            ("table.concat(config.groups, '+')", "\"b+a\""), ("{ table.unpack(config.groups) }", #"["b","a"]"#),
            ("config.groups", #"["b","a"]"#), ("{ config.empty, config.map }", #"[[],{"x":{"y":[1,{"z":true}]}}]"#),
            ("config.none == nil", "true"), ("config.nothing == nil", "true"),
            ("rawequal(config.map, config.map) and config.map == config.map", "true"),
            ("{ next(config.groups), select(2, next(config.groups)), next(config.groups, 1) }", #"[1,"b",2,"a"]"#),
            ("next(config.empty) == nil", "true"), ("table.move(config.groups, 1, 2, 2, { 'z' })", #"["z","b","a"]"#),
            ("table.pack(table.unpack(config.groups)).n", "2"), ("type(config)", "\"table\""),
            ("{ tostring(config), type(config.token), tostring(config.token) }", #"["table","userdata","host value"]"#),
            ("setmetatable({ own = 1 }, { __index = config }).ttl", "60"), ("getmetatable(config)", "false"),
        ])
    func aConstantIsReadLikeATable(_ expression: String, _ expected: String) async throws {
        #expect(try await run("return \(expression)") == expected)
    }

    @Test func iteratorsSeeEveryMember() async throws {
        let text = """
            local found = {}
            for k, v in pairs(config.map.x) do found[#found + 1] = k .. #v end
            for i, v in ipairs(config.groups) do found[#found + 1] = i .. v end
            for k in pairs(config) do found[k] = nil found[#found + 1] = k end
            table.sort(found)
            return found
            """
        #expect(
            try await run(text)
                == #"["1b","2a","empty","groups","map","none","token","ttl","url","y2"]"#.replacing(
                    #""none","#, with: ""))
    }

    static let writes = [
        "config.url = 1", "config.fresh = 1", "config.map.x.y[1] = 5", "config.groups[#config.groups + 1] = 'c'",
        "table.insert(config.groups, 'c')", "table.remove(config.groups)", "table.sort(config.groups)",
        "table.move({ 1 }, 1, 1, 1, config.groups)", "setmetatable(config, {})", "config = {}", "config.empty[1] = 1",
        "local n, t = pairs(config) t.url = 1", "local _, v = next(config.map) v.y = 1",
        "for _, v in pairs(config.map) do v.new = 1 end", "json.array(config.map)",
        "setmetatable(config.map, { __index = {} })", "config.map.x.y[2].z = false",
        "local t = setmetatable({}, { __newindex = config }) t.url = 'x'", "config.token.x = 1",
        "string.gsub('x', 'x', config).y = 1", "table.pack(config)[1].url = 'x'",
        "select(1, config).url = 'x'", "pcall(next, config) config.url = 1", "config.groups.n = 3",
    ]

    @Test(arguments: writes)
    func aConstantCannotBeChanged(_ text: String) async throws {
        let whole = "local ok = pcall(function() \(text) end) return { ok, config.url, config.map, config.groups }"
        #expect(try await run(whole) == #"[false,"https://hr.internal",{"x":{"y":[1,{"z":true}]}},["b","a"]]"#)
    }

    @Test func aMessageNamesTheMember() async throws {
        let failure = await #expect(throws: LuaFailure.self) { try await run("config.url = 1") }
        #expect(failure?.message == "'url' cannot be changed: it belongs to a constant")
    }

    @Test func handlesInAConstantReachTheHost() async throws {
        #expect(try await run("return echo(config.token)") == #"[{"@secret":"HR_TOKEN"}]"#)
        #expect(try await run("return config.token", handles: true) == "\"HR_TOKEN\"")
        await #expect(throws: LuaFailure.self) { try await run("return config.token") }
        await #expect(throws: LuaFailure.self) { try await run("return config") }
    }

    @Test(arguments: [
        ("config", "{"), ("string", "{}"), ("config", #"{"@secret":"A","x":1}"#), ("config", #"{"a":1,"a":2}"#),
    ])
    func aConstantThatIsWrongIsRefused(_ name: String, _ json: String) throws {
        let error = #expect(throws: LuaHostError.self) {
            try LuaProgram(entries: [], constants: [name: Array(json.utf8)])
        }
        #expect(error?.code == "value.constant")
    }

    @Test func aConstantAsAResultKeepsReservedMembers() async throws {
        let program = try LuaProgram(
            entries: [
                LuaSource(name: "jwt.lua", "return function(p) return p.whole and config or { g = config.groups } end"),
                LuaSource(
                    name: "session.lua", "return function(p) p.token.new = 1 p.token.groups = 5 return p.token end"),
            ],
            constants: ["config": Array(#"{"sub":"admin","groups":["a"]}"#.utf8)])
        for (whole, expected, after) in [
            ("true", #"{"groups":["a"],"sub":"u1"}"#, #"{"groups":5,"new":1,"sub":"u1"}"#),
            ("false", #"{"g":["a"],"sub":"u1"}"#, #"{"g":["a"],"groups":5,"new":1,"sub":"u1"}"#),
        ] {
            let lease = try LuaPool(program: program).lease()
            let arguments = [Running.json("token", #"{"sub":"u1"}"#), Running.json("whole", whole)]
            var jwt = LuaCall(entry: 0, arguments: arguments)
            jwt.keepsResult = true
            jwt.restoring = LuaRestoring(["sub"], from: .argument("token"))
            #expect(try await lease.call(jwt).text == expected)
            #expect(try await lease.call(LuaCall(entry: 1, arguments: [.kept("token")])).text == after)
        }
    }

    @Test func nothingStaysOfACallInAConstant() async throws {
        let text = """
            return function(p)
              local seen = pcall(function() config.seen = p.canary end) or config.seen ~= nil
              return { seen = seen, n = #config.groups }
            end
            """
        let program = try LuaProgram(
            entries: [LuaSource(name: "a.lua", text)], constants: ["config": Array(Self.config.utf8)])
        let pool = LuaPool(program: program)
        for n in 0..<50 {
            let call = LuaCall(entry: 0, arguments: [Running.json("canary", "\"c\(n)\"")])
            #expect(try await pool.lease().call(call).text == #"{"n":2,"seen":false}"#)
        }
        #expect(pool.usage == (0, 1))
    }
}
