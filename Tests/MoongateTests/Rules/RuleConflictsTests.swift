import Testing

@testable import Moongate

@Suite struct RuleConflictsTests {
    private func conflicts(_ routes: (String, Set<String>?)...) throws -> [RuleConflicts.Conflict] {
        try #require(RuleConflicts.find(in: try routes.map { try RuleBench.rule($0.0, $0.1) }))
    }

    /// Sets that load give every request one narrowest route; those that fail have a request that both routes match, neither
    /// narrower, with no third that decides it.
    @Test func setsThatLoadHaveOneNarrowestRouteAndOthersASample() throws {
        var random = SeededGenerator(seed: 5)
        var (loaded, failed) = (0, 0)
        for _ in 0..<1500 {
            let rules = try RandomRoutes.rules(&random)
            let conflicts = try #require(RuleConflicts.find(in: rules))
            if conflicts.isEmpty {
                loaded += 1
                for path in RandomRoutes.paths.shuffled(using: &random).prefix(60) {
                    for method in RandomRoutes.asked {
                        let narrowest = RuleRouterTests.narrowest(rules, path, method)
                        if narrowest.count > 1 {
                            Issue.record("\(rules.map(\.place.id)) \(String(decoding: path, as: UTF8.self)) \(method)")
                        }
                    }
                }
            } else {
                failed += 1
                for conflict in conflicts { try check(conflict, rules) }
            }
        }
        #expect(loaded > 100 && failed > 100)
    }

    private func check(_ conflict: RuleConflicts.Conflict, _ rules: [Rule]) throws {
        let parts = conflict.sample.split(separator: " ")
        let (method, path) = (String(parts[0]), Array(parts[1].utf8))
        for rule in [conflict.first, conflict.second] {
            if rule.pattern?.matches(path) != true || !rule.takes(method: method) {
                Issue.record("\(conflict.sample) is not matched by \(rule.pattern?.text ?? "?") \(rule.place.id)")
            }
        }
    }

    @Test func crossingPatternsAreFound() throws {
        let found = try conflicts(("/a/*", nil), ("/*/b", nil))
        #expect(found.map(\.sample) == ["GET /a/b"])
    }

    @Test func aThirdRouteThatIsExactlyTheOverlapDecides() throws {
        #expect(try conflicts(("/a/*", nil), ("/*/b", nil), ("/a/b", nil)).isEmpty)
        #expect(try conflicts(("/a/*", nil), ("/*/b", nil), ("/a/b", ["GET"])).count == 1)
        #expect(try conflicts(("/a/**", nil), ("/*/b/**", nil), ("/a/b/**", nil)).isEmpty)
    }

    @Test func routesOfDifferentMethodsDoNotMeet() throws {
        #expect(try conflicts(("/a/*", ["GET"]), ("/*/b", ["POST"])).isEmpty)
        #expect(try conflicts(("/a", ["GET"]), ("/a", ["POST"]), ("/a", nil)).isEmpty)
    }

    @Test func headOutOfGetMeetsHead() throws {
        #expect(try conflicts(("/a/*", ["GET"]), ("/*/b", ["HEAD"])).map(\.sample) == ["HEAD /a/b"])
        #expect(try conflicts(("/a", ["GET"]), ("/a", ["HEAD"])).isEmpty)
    }

    @Test func equalRoutesAreFound() throws {
        #expect(try conflicts(("/o/:id", nil), ("/o/:name", nil)).map(\.isEqual) == [true])
        #expect(try conflicts(("/o/:id", ["GET"]), ("/o/*", ["GET", "POST"])).map(\.sample) == ["GET /o/x"])
    }

    /// Nothing about where a rule stands, or what it is called, hides it.
    @Test func routesOfOneLineAndNameAreFound() throws {
        let rules = try ["/p/*", "/*/q"].map { try RuleBench.rule($0, id: "same") }
        #expect(RuleConflicts.find(in: rules)?.map(\.sample) == ["GET /p/q"])
    }

    @Test func restMeetsAnEnd() throws {
        #expect(try conflicts(("/a/**", nil), ("/*", nil)).map(\.sample) == ["GET /a"])
        #expect(try conflicts(("/a/**", nil), ("/a", nil)).isEmpty)
    }

    /// Every second segment of 512 routes is a parameter somewhere, so that nearly every pair of them crosses.
    @Test func crossingsWithoutEndAreNotLookedAtOneByOne() throws {
        let rules = try (0..<512).map { number in
            let segments = (0..<9).map { number >> $0 & 1 == 1 ? "a" : ":p\($0)" }
            return try RuleBench.rule("/" + segments.joined(separator: "/"), nil)
        }
        #expect(RuleConflicts.find(in: rules) == nil)
    }
}
