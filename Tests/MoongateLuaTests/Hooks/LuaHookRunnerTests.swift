import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct LuaHookRunnerTests {
    @Test func chainNamesTheFileOfAHookThatIsThere() throws {
        let bench = try HookBench(["jwt": "return function(p) return p.token end"])
        #expect(bench.runner.chain(.jwt).map(\.file) == ["scripts/jwt.lua"])
        #expect(bench.runner.chain(.session).isEmpty)
    }

    @Test func hookGetsItsTableAndGivesItsResult() async throws {
        let bench = try HookBench(["jwt": "return function(p) p.token.role = p.user.email return p.token end"])
        let result = try await bench.run(.jwt, [("token", ["sub": "1"]), ("user", ["email": "a@example.com"])])
        #expect(result.json == ["sub": "1", "role": "a@example.com"])
    }

    @Test func libraryIsShared() async throws {
        let bench = try HookBench(
            ["jwt": "local roles = require 'roles' return function(p) return roles.set(p.token) end"],
            libraries: ["roles": "return { set = function(t) t.role = 'x' return t end }"])
        #expect(try await bench.run(.jwt, [("token", [:])]).json == ["role": "x"])
    }

    @Test func everyFileThatDoesNotCompileIsReportedAtOnce() throws {
        let error = #expect(throws: ScriptSetError.self) {
            try HookBench(
                ["jwt": "return function(", "session": "\nreturn }"], libraries: ["roles": "\n\nlocal 1"])
        }
        let failures = error?.failures ?? []
        let files = Set(failures.compactMap(\.script))
        #expect(files == ["scripts/jwt.lua", "scripts/session.lua", "scripts/lib/roles.lua"])
        #expect(failures.allSatisfy { $0.line != nil && $0.code == "script.syntax" })
    }

    @Test func halfWrittenFileIsRefused() {
        #expect(throws: ScriptSetError.self) {
            try HookBench(["jwt": "return function(p)\n  p.token.role = 'adm"])
        }
    }

    private func restoring(_ script: String) async throws -> (token: JSONValue?, restored: [String]) {
        let bench = try HookBench(["jwt": script])
        let token = JSONValue.object(["sub": "1", "iat": 5]).canonicalBytes()
        let call = HookCall(
            [.init("token", .json(token))],
            restoring: .init(names: ["exp", "iat", "sub"], original: token))
        guard case .value(let bytes, let restored) = try await bench.run(.jwt, call) else { return (nil, []) }
        return (try JSONValue(parsing: bytes), restored)
    }

    @Test func reservedClaimsKeepTheirValueAndAbsentOnesStayAbsent() async throws {
        let changed = try await restoring(
            "return function(p) p.token.sub = '2' p.token.exp = 9 p.token.role = 'x' return p.token end")
        #expect(changed.token == ["sub": "1", "iat": 5, "role": "x"])
        #expect(changed.restored.sorted() == ["exp", "sub"])
    }

    @Test func untouchedReservedClaimsAreNotReported() async throws {
        let kept = try await restoring("return function(p) p.token.role = 'x' return p.token end")
        #expect(kept.token == ["sub": "1", "iat": 5, "role": "x"])
        #expect(kept.restored.isEmpty)
    }

    @Test func reservedClaimsComeBackIntoANewTable() async throws {
        let token = try await restoring("return function(p) return { role = 'x' } end").token
        #expect(token == ["sub": "1", "iat": 5, "role": "x"])
    }

    @Test func keptTokenReachesTheNextHookWithItsReservedClaims() async throws {
        let bench = try HookBench([
            "jwt": "return function(p) p.token.role = 'x' p.token.sub = 'forged' return p.token end",
            "session": "return function(p) p.session.of = p.token.sub .. p.token.role return p.session end",
        ])
        let lease = try bench.runner.lease()
        defer { lease.end() }
        let token = JSONValue.object(["sub": "1"]).canonicalBytes()
        _ = try await lease.finish(
            bench.runner.chain(.jwt)[0],
            HookCall(
                [.init("token", .json(token))], restoring: .init(names: ["sub"], original: token), keepsResult: true))
        let result = try await lease.finish(
            bench.runner.chain(.session)[0],
            HookCall([.init("session", .json(Array("{}".utf8))), .init("token", .kept)]))
        #expect(result.json == ["of": "1x"])
    }

    @Test func nothingOfOneCallReachesTheNext() async throws {
        let bench = try HookBench([
            "jwt": "local seen = {} return function(p) seen[#seen + 1] = 1 p.token.n = #seen return p.token end"
        ])
        for _ in 0..<3 { #expect(try await bench.run(.jwt, [("token", [:])]).json == ["n": 1]) }
    }

    @Test func budgetOfTheConfigurationHolds() async throws {
        var limits = ScriptLimits()
        limits.steps = 5000
        let bench = try HookBench(["jwt": "return function(p) while true do end end"], limits: limits)
        #expect(await bench.failure(.jwt, [("token", [:])])?.code == "script.steps")
        #expect(bench.runner.chain(.jwt).count == 1)
    }

    @Test func failureNamesFileAndLine() async throws {
        let bench = try HookBench(["jwt": "return function(p)\n  local x = p.nothing.here\nend"])
        let failure = await bench.failure(.jwt, [("token", [:])])
        #expect(failure?.script == "scripts/jwt.lua")
        #expect(failure?.line == 2)
        #expect(failure?.code == "script.error")
    }

    @Test func nextCallWorksAfterAFailure() async throws {
        let bench = try HookBench(["jwt": "return function(p) if p.token.bad then error('x') end return p.token end"])
        #expect(await bench.failure(.jwt, [("token", ["bad": true])]) != nil)
        #expect(try await bench.run(.jwt, [("token", [:])]).json == [:])
    }
}
