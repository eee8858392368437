import Foundation
import MoongateLua
import MoongateTokens
import Testing

@testable import Moongate

/// docs/rules.md says what is so.
@Suite struct RuleDocumentTests {
    private static func text() throws -> String {
        try String(contentsOfFile: "\(packageFolder())/docs/rules.md", encoding: .utf8)
    }

    private static func example() throws -> String {
        let block = try text().components(separatedBy: "```lua\n").dropFirst().first
        return try #require(block?.components(separatedBy: "```").first)
    }

    @Test func exampleLoadsAndItsTestsHold() async throws {
        let site = try await RuleSite(try Self.example())
        #expect(site.runner.rules.routeCount == 3)
        #expect(site.runner.rules.tests.count == 6)
        let folder = try TemporaryFolder()
        try folder.write("rules.lua", try Self.example())
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path))
        let report = await RuleTests(owner, configuration: site.configuration, addresses: nil, budget: nil).run()
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed == 6)
    }

    @Test func exampleDecidesAsThePageSays() async throws {
        let site = try await RuleSite(try Self.example())
        let decision = try await site.decide("GET", "/account/", as: ["sub": "7", "roles": ["support"]])
        #expect(decision.identityHeaders.map(\.name) == ["X-User-Id", "X-User-Roles"])
        #expect(decision.identityHeaders.map(\.value) == ["7", "support"])
        #expect(try await site.decide("GET", "/nothing").verdict == .deny(status: 404))
        let refund = try await site.decide(
            "POST", "/orders/0/refund",
            as: ["sub": "7", "roles": ["support"], "auth_time": .integer(site.clock.now().seconds)])
        #expect(refund.verdict == .deny(status: 404))
        #expect(refund.code == "order.none")
    }

    /// Every key of a file, a route, an entry of `forbid`, and every field of `c` has its line.
    @Test func everyKeyAndFieldIsDescribed() throws {
        let text = try Self.text()
        for key in RuleFileReader.keys + [
            "path", "id", "methods", "public", "login", "scopes", "maxAge", "network", "when", "decide",
        ] {
            #expect(text.contains("| `\(key)` |") || text.contains("| `\(key) = true` |"), "\(key)")
        }
        for field in RuleArguments.fields { #expect(text.contains("`c.\(field)`"), "\(field)") }
        for kind in RuleVerdict.kinds { #expect(text.contains("| `\(kind){"), "\(kind)") }
    }

    /// The annotations for editors name the same keys and fields.
    @Test func everyKeyAndFieldIsAnnotated() throws {
        let lines = try String(contentsOfFile: "\(packageFolder())/docs/lua/moongate.lua", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        func fields(of name: String) -> Set<String> {
            let start = lines.firstIndex { $0 == "---@class moongate.\(name)" } ?? lines.endIndex
            let body = lines[start...].dropFirst().prefix { $0.hasPrefix("---@field") }
            return Set(body.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
        }
        #expect(fields(of: "RuleFile") == Set(RuleFileReader.keys))
        #expect(fields(of: "RuleContext") == Set(RuleArguments.fields))
        #expect(fields(of: "RuleUser") == Set(ReadableClaims.always + ["[string]"]))
        #expect(fields(of: "Route") == Set(RuleFileReader.routeKeys))
        #expect(fields(of: "Forbid") == Set(RuleFileReader.forbidKeys))
        #expect(fields(of: "RuleTest") == Set(RuleFileReader.testKeys))
    }
}
