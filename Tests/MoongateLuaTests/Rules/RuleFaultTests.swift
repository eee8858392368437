import LuaHost
import Moongate
import MoongateLua
import MoongateTokens
import Testing

@testable import Moongate

/// What goes wrong on the way never opens a door, and never signs anybody out.
@Suite struct RuleFaultTests {
    private let open = "return { routes = { { path = '/**', public = true }, { path = '/me', login = true } } }"

    @Test func withoutScriptsEverythingIsDenied() async throws {
        let site = try await RuleSite(open, scriptsAreOff: true)
        let decision = try await site.decide("GET", "/")
        #expect(decision.verdict == .deny(status: 403))
        #expect(decision.code == "rules.off")
        #expect(try await RuleSite(open).decide("GET", "/").verdict == .allow)
    }

    @Test func failingSessionHookIsAnErrorWhereSomebodyHasToBeKnown() async throws {
        let site = try await RuleSite(open, files: ["jwt.lua": "return function(p) error('down') end"])
        let decision = try await site.decide("GET", "/me", as: ["sub": "1"])
        #expect(decision.verdict == .error)
        #expect(decision.setCookies.isEmpty)
        #expect(try await site.decide("GET", "/", as: ["sub": "1"]).verdict == .allow)
    }

    /// With a cookie the row has to be looked up; without one there is nothing to ask the store for.
    @Test func aStoreThatIsDownIsAnErrorForWhoeverHasASession() async throws {
        let site = try await RuleSite(open, store: BrokenStore(failure: StoreError(.unavailable, "down"))) {
            $0.session.strategy = .database
        }
        var request = try site.request("GET", "/me")
        #expect(await site.engine.decide(request).verdict == .login(provider: nil))
        request.headers[.cookie] = "\(site.engine.generation.cookies.session)=a-session"
        let decision = await site.engine.decide(request)
        #expect(decision.verdict == .error)
        #expect(decision.code == "store.unavailable")
        #expect(decision.setCookies.isEmpty)
        request.target = "/"
        #expect(await site.engine.decide(request).verdict == .allow)
    }

    @Test func aTargetThatIsNotCanonicalIsDeniedBeforeAnyRule() async throws {
        let site = try await RuleSite(open)
        for target in ["/a/../b", "//", "/%2e%2e/a", "/a;b", "http://app.example.com/"] {
            let decision = try await site.decide("GET", target)
            #expect(decision.verdict == .deny(status: 403))
            #expect(decision.code == "request.target")
        }
        #expect(try await site.decide("GET", "/a/b").verdict == .allow)
    }

    @Test func memoryThatRunsOutIsAnError() async throws {
        var limits = RuleSite.limits
        limits.memoryMB = 1
        let site = try await RuleSite(
            """
            return { routes = { { path = "/**", public = true, decide = function(c)
              local t = {} for i = 1, 1000000 do t[i] = "x" .. i end return nil end } } }
            """, limits: limits)
        #expect(try await site.decide("GET", "/").code == "script.memory")
    }

    /// An eighth of the states is kept for sign-in and for functions of rules.
    @Test func fullPoolHasStatesLeftForRules() async throws {
        let site = try await RuleSite(
            "return { routes = { { path = '/**', public = true, decide = function(c) return nil end } } }",
            files: ["jwt.lua": "return function(p) return p.token end"], shares: PoolShares(states: 8))
        func hold(_ hook: HookName) throws -> (lease: any HookLease, isOverloaded: Bool) {
            let lease = try site.runner.lease()
            let step = lease.start(site.runner.chain(hook)[0], HookCall([.init("token", .json(Array("{}".utf8)))]))
            guard case .failed(let failure) = step else { return (lease, false) }
            return (lease, failure.code == "overloaded")
        }
        let held = try (0..<7).map { _ in try hold(.jwt) }
        #expect(held.allSatisfy { !$0.isOverloaded })
        #expect(try hold(.jwt).isOverloaded)
        #expect(try await site.decide("GET", "/").verdict == .allow)
        let last = try hold(.rules)
        #expect(!last.isOverloaded)
        let decision = try await site.decide("GET", "/")
        #expect(decision.verdict == .error)
        #expect(decision.code == "overloaded")
        for (lease, _) in held + [last] { lease.end() }
        #expect(try await site.decide("GET", "/").verdict == .allow)
    }

    /// A reload in the middle: whoever is being judged is judged to the end by the rules that began.
    @Test func generationThatIsSwappedMeanwhileChangesNothingForWhoIsJudged() async throws {
        let slow = "local n = 0 for i = 1, 60000 do n = n + i end"
        func rules(_ verdict: String) -> String {
            "return { routes = { { path = '/**', public = true, decide = function(c) \(slow) return \(verdict) end } } }"
        }
        let site = try await RuleSite(rules("deny{ code = 'old' }"))
        let next = try await RuleSite(rules("deny{ code = 'new' }"))
        let generation = try Generation(
            id: "h", configuration: site.configuration, scripts: next.runner, rules: next.runner.rules)
        async let first = site.decide("GET", "/")
        async let second = site.decide("GET", "/")
        try await Task.sleep(for: .milliseconds(1))
        site.engine.install(generation)
        let before = try await [first, second]
        let after = try await site.decide("GET", "/")
        for decision in before {
            #expect(decision.code == (decision.generation == "g" ? "old" : "new"))
        }
        #expect(after.code == "new")
        #expect(after.generation == "h")
    }

    @Test func whoIsKnownGivesTheHeadersTheirValues() async throws {
        let site = try await RuleSite(
            "return { inject = { ['X-User-Id'] = 'id' }, routes = { { path = '/me', login = true }, { path = '/', public = true } } }"
        )
        #expect(try await site.decide("GET", "/me", as: ["sub": "7"]).identityHeaders.map(\.value) == ["7"])
        #expect(try await site.decide("GET", "/", as: ["sub": "7"]).identityHeaders.map(\.value) == [nil])
        #expect(try await site.decide("GET", "/me").identityHeaders.map(\.value) == [nil])
    }
}
