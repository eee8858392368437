import LuaHost
import Testing

@Suite struct MetatableTests {
    static let refused = [
        "__gc", "__close", "__mode", "__concat", "__metatable", "__band", "__bor", "__bxor", "__shl", "__shr", "__bnot",
        "__pow",
    ]

    @Test(arguments: refused)
    func metamethodIsRefused(_ name: String) async throws {
        let failure = try #require(try await Running.failure("setmetatable({}, { \(name) = function() end })"))
        #expect(failure.message.contains(name))
    }

    @Test(arguments: refused)
    func metamethodAddedLaterHasNoEffect(_ name: String) async throws {
        let text = """
            local hit = false
            local m = {}
            local o = setmetatable({}, m)
            m.\(name) = function() hit = true return 1 end
            pcall(function() return o .. "" end)
            pcall(function() return o & 1, o | 1, o ~ 1, o << 1, o >> 1, ~o, o ^ 1 end)
            pcall(function() local c <close> = o end)
            o = nil
            for i = 1, 2000 do local garbage = { i } end
            return hit
            """
        #expect(try await Running.chunk(text) == "false")
    }

    @Test(arguments: [
        ("__index = function(_, k) return k end", "o.x == 'x'"), ("__call = function(_, a) return a end", "o(3) == 3"),
        ("__eq = function() return true end", "o == setmetatable({}, {})"),
        ("__lt = function() return true end", "o < o"),
        ("__le = function() return true end", "o <= o"), ("__add = function() return 7 end", "o + 1 == 7"),
        ("__sub = function() return 7 end", "o - 1 == 7"), ("__mul = function() return 7 end", "o * 1 == 7"),
        ("__div = function() return 7 end", "o / 1 == 7"), ("__mod = function() return 7 end", "o % 1 == 7"),
        ("__idiv = function() return 7 end", "o // 1 == 7"), ("__unm = function() return 7 end", "-o == 7"),
        ("__len = function() return 7 end", "#o == 7"),
        ("__tostring = function() return 'me' end", "tostring(o) == 'me'"),
        ("__name = 'Me'", "tostring(o) == 'Me'"),
        ("__pairs = function() return function() end end", "next({}) == nil and pairs(o)"),
        ("__newindex = function(t, k) hit = k end", "(function() o.z = 1 return hit == 'z' end)()"),
    ])
    func metamethodWorks(_ definition: String, _ check: String) async throws {
        let text = "local hit local o = setmetatable({}, { \(definition) }) return not not (\(check))"
        #expect(try await Running.chunk(text) == "true")
    }

    @Test func theClassIdiomWorks() async throws {
        let text = """
            local Point = {}
            Point.__index = Point
            function Point.new(x) return setmetatable({ x = x }, Point) end
            function Point:double() return self.x * 2 end
            local p = Point.new(21)
            return { p:double(), getmetatable(p) == Point }
            """
        #expect(try await Running.chunk(text) == "[42,true]")
    }

    /// Debian's Lua has a use-after-free that this reached through `__concat`.
    @Test func theConcatProgramEndsWithACleanError() async throws {
        let text = """
            local function deep(n, ...) if n == 0 then return "x" end return (deep(n - 1, ..., n)) end
            local mt = { __concat = function() return deep(190, 1, 2, 3, 4, 5, 6, 7, 8) end }
            local shared = {}
            local o = setmetatable({}, shared)
            shared.__concat = mt.__concat
            pcall(function() return "a" .. "b" .. o .. "c" end)
            return "a" .. "b" .. setmetatable({}, mt) .. "c"
            """
        #expect(try await Running.failure(text)?.message == "metatables cannot have '__concat' here")
    }
}
