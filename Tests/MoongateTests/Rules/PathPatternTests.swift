import Testing

@testable import Moongate

@Suite struct PathPatternTests {
    private func matches(_ pattern: String, _ target: String) throws -> Bool {
        let path = try CanonicalRequest(method: "GET", host: "a", target: target).path
        return try PathPattern(pattern).matches(path)
    }

    @Test(
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/*", "/a/b"), ("/a/:id", "/a/7"), ("/a/**", "/a"),
            ("/a/**", "/a/"), ("/a/**", "/a/b/c/"), ("/**", "/"), ("/**", "/a/b"), ("/:a/b/**", "/x/b/c"),
            ("/a b", "/a%20b"), ("/é", "/%C3%A9"), ("/a%20b", "/a%20b"), ("/%25", "/%25"), ("/a", "/a?b=c"),
            ("/items:batch", "/items:batch"), ("/o/-%3Ax", "/o/-:x"),
        ])
    func matchesItsPaths(pattern: String, target: String) throws { #expect(try matches(pattern, target)) }

    @Test(
        arguments: [
            ("/", "/a"), ("/a", "/a/"), ("/a", "/A"), ("/a/", "/a"), ("/a/*", "/a"), ("/a/*", "/a/"),
            ("/a/*", "/a/b/c"),
            ("/a/*", "/a/b/"), ("/a/:id", "/a/"), ("/a/**", "/ab"), ("/a/**", "/"), ("/:a/b", "/x/c"), ("/a*", "/ab"),
        ].filter { $0.0 != "/a*" })
    func matchesNoOthers(pattern: String, target: String) throws { #expect(try !matches(pattern, target)) }

    @Test(
        arguments: [
            "", "a", "/a//b", "/a*", "/**/a", "/:", "/:a-b", "/:id/:id", "/../a", "/a/./b", "/a;b", "/a%2Fb", "/%41",
            "/%zz",
            "/a?b", "/a#b", "/a\\b", "/o-:id", "/{id}", "/" + String(repeating: "a/", count: 40),
        ])
    func whatCouldNeverMatchIsRefused(pattern: String) {
        #expect(throws: PathFault.self) { try PathPattern(pattern) }
    }

    @Test(arguments: [("/o/{id}", "a parameter is written `:id`"), ("/o/o-:id", "a parameter is a whole segment")])
    func parameterOfAnotherLanguageIsExplained(pattern: String, hint: String) {
        let fault = #expect(throws: PathFault.self) { try PathPattern(pattern) }
        #expect(fault?.sentence.contains(hint) == true)
    }

    @Test func parametersAreDecodedOnce() throws {
        let path = try CanonicalRequest(method: "GET", host: "a", target: "/o/a%20b/x%25y").path
        let found = try #require(try PathPattern("/o/:name/:rest").parameters(in: path))
        #expect(found.map(\.name) == ["name", "rest"])
        #expect(found.map(\.value) == ["a b", "x%y"])
    }

    @Test(
        arguments: [
            ("/**", "/a"), ("/a/**", "/a"), ("/a/**", "/a/**"), ("/*", "/a"), ("/:x", "/*"), ("/a/**", "/a/*/c"),
            ("/", "/"),
        ])
    func widerCoversNarrower(wide: String, narrow: String) throws {
        #expect(try PathPattern(wide).covers(PathPattern(narrow)))
    }

    @Test(arguments: [("/a", "/*"), ("/*", "/**"), ("/*", "/"), ("/a/*", "/*/b"), ("/a", "/a/"), ("/a/*", "/a")])
    func othersAreNotCovered(wide: String, narrow: String) throws {
        #expect(try !PathPattern(wide).covers(PathPattern(narrow)))
    }

    /// Covering is what its name says: on every path of a small alphabet.
    @Test func coveringAgreesWithMatching() throws {
        var random = SeededGenerator(seed: 3)
        let paths = RandomRoutes.paths
        for _ in 0..<2000 {
            let left = RandomRoutes.pattern(&random)
            let right = RandomRoutes.pattern(&random)
            guard left.covers(right) else { continue }
            for path in paths where right.matches(path) { #expect(left.matches(path), "\(left.text) \(right.text)") }
        }
    }

    @Test func sampleIsOneOfItsPaths() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let pattern = RandomRoutes.pattern(&random)
            #expect(pattern.matches(Array(pattern.sample.utf8)), "\(pattern.text) \(pattern.sample)")
        }
    }
}

/// Patterns and paths over a small alphabet, so that they meet often.
enum RandomRoutes {
    static let segments = ["a", "b", ":x", "*", ""]

    static func pattern(_ random: inout SeededGenerator) -> PathPattern {
        while true {
            let count = Int.random(in: 1...4, using: &random)
            var pieces = (0..<count).map { index in
                index == count - 1
                    ? ["a", "b", "*", "", "**", "**"].randomElement(using: &random) ?? "a"
                    : ["a", "b", "*", "*"].randomElement(using: &random) ?? "a"
            }
            if pieces.isEmpty { pieces = [""] }
            if let pattern = try? PathPattern("/" + pieces.joined(separator: "/")) { return pattern }
        }
    }

    /// Every path of at most five segments of `a`, `b`, `c`, with and without a slash at its end.
    static let paths: [[UInt8]] = {
        var all: [String] = [""]
        var last: [String] = [""]
        for _ in 0..<5 {
            last = last.flatMap { path in ["a", "b", "c"].map { "\(path)/\($0)" } }
            all += last
        }
        return all.flatMap { path in path.isEmpty ? ["/"] : [path, path + "/"] }.map { Array($0.utf8) }
    }()

    static let methods: [Set<String>?] = [
        nil, nil, ["GET"], ["POST"], ["GET", "POST"], ["HEAD"], ["PURGE"], ["HEAD", "POST"],
    ]
    static let asked = ["GET", "HEAD", "POST", "PURGE", "DELETE"]

    static func rules(_ random: inout SeededGenerator) throws -> [Rule] {
        var rules: [Rule] = []
        for number in 0..<Int.random(in: 1...7, using: &random) {
            let pattern = pattern(&random)
            let methods = Self.methods.randomElement(using: &random) ?? nil
            rules.append(try RuleBench.rule(pattern.text, methods, id: "r\(number)"))
        }
        return rules
    }
}
