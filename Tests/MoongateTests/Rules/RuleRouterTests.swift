import Testing

@testable import Moongate

@Suite struct RuleRouterTests {
    /// The routes that match and that no other matching route is narrower than: by covering and by methods, one by one.
    static func narrowest(_ rules: [Rule], _ path: [UInt8], _ method: String) -> [Int] {
        let matching = rules.indices.filter {
            rules[$0].pattern?.matches(path) == true && rules[$0].takes(method: method)
        }
        return matching.filter { candidate in
            !matching.contains { other in other != candidate && isNarrower(rules[other], rules[candidate], method) }
        }
    }

    /// A narrower path first; on equal paths, a listed method before HEAD out of GET before all methods.
    private static func isNarrower(_ left: Rule, _ right: Rule, _ method: String) -> Bool {
        guard let own = left.pattern, let their = right.pattern, their.covers(own) else { return false }
        guard own.covers(their) else { return true }
        func rank(_ rule: Rule) -> Int {
            guard let methods = rule.methods else { return 2 }
            return methods.contains(method) ? 0 : 1
        }
        return rank(left) < rank(right)
    }

    /// Against a search that looks at every route: any set of routes that loads, every path, every method.
    @Test func findsWhatALinearSearchFinds() throws {
        var random = SeededGenerator(seed: 11)
        var sets = 0
        while sets < 150 {
            let rules = try RandomRoutes.rules(&random)
            guard RuleConflicts.find(in: rules)?.isEmpty == true else { continue }
            sets += 1
            let router = RuleRouter(rules)
            for path in RandomRoutes.paths.shuffled(using: &random).prefix(120) {
                for method in RandomRoutes.asked {
                    let expected = Self.narrowest(rules, path, method)
                    let found = router.find(path, method: method)
                    #expect(expected.count <= 1)
                    if found != expected.first {
                        Issue.record("\(rules.map(\.place.id)) \(String(decoding: path, as: UTF8.self)) \(method)")
                    }
                }
            }
        }
    }

    @Test func literalWinsOverParameterOverRest() throws {
        let rules = try ["/o/**", "/o/:id", "/o/new", "/**"].map { try RuleBench.rule($0) }
        let router = RuleRouter(rules)
        func find(_ path: String) -> Int? { router.find(Array(path.utf8), method: "GET") }
        #expect(find("/o/new") == 2)
        #expect(find("/o/7") == 1)
        #expect(find("/o/7/8") == 0)
        #expect(find("/o") == 0)
        #expect(find("/") == 3)
    }

    @Test func aMethodThatIsNotListedFallsToAWiderRoute() throws {
        let router = RuleRouter(try [RuleBench.rule("/o/new", ["POST"]), RuleBench.rule("/o/**", ["GET"])])
        #expect(router.find(Array("/o/new".utf8), method: "POST") == 0)
        #expect(router.find(Array("/o/new".utf8), method: "GET") == 1)
        #expect(router.find(Array("/o/new".utf8), method: "DELETE") == nil)
    }

    @Test func headFollowsGetUnlessItIsListed() throws {
        let alone = RuleRouter([try RuleBench.rule("/a", ["GET"])])
        #expect(alone.find(Array("/a".utf8), method: "HEAD") == 0)
        let listed = RuleRouter(try [RuleBench.rule("/a", ["GET"]), RuleBench.rule("/a", ["HEAD"])])
        #expect(listed.find(Array("/a".utf8), method: "HEAD") == 1)
        let other = RuleRouter([try RuleBench.rule("/a", ["POST"])])
        #expect(other.find(Array("/a".utf8), method: "HEAD") == nil)
    }

    @Test func tenThousandRoutesAreAllFound() throws {
        let rules = try (0..<10_000).map { try RuleBench.rule("/t\($0 % 100)/x\($0 / 100)/:id") }
        let router = RuleRouter(rules)
        for index in stride(from: 0, to: 10_000, by: 37) {
            #expect(router.find(Array("/t\(index % 100)/x\(index / 100)/7".utf8), method: "GET") == index)
        }
        #expect(router.find(Array("/t1/x100/7".utf8), method: "GET") == nil)
    }

    @Test func moreMethodsThanAWordHasBitsAreRefused() {
        func methods(_ count: Int) -> JSONValue {
            .array(
                (0..<count).map {
                    .string(String(repeating: "A", count: 1 + $0 % 26) + String(repeating: "B", count: $0 / 26))
                })
        }
        let few = RuleBench.failures(["routes": [RuleBench.route("/a", ["public": true, "methods": methods(50)])]])
        #expect(few.isEmpty)
        let many = RuleBench.failures(["routes": [RuleBench.route("/a", ["public": true, "methods": methods(51)])]])
        #expect(many.map(\.code) == ["rules.value"])
    }
}
