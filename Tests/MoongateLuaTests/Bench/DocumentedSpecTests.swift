import Foundation
import Moongate
import MoongateCurl
import Testing

@testable import MoongateLua

/// The spec in docs/scripting.md holds for the script in docs/scripting.md.
@Suite struct DocumentedSpecTests {
    private func block(_ beginning: String) throws -> String {
        let text = try String(contentsOfFile: "\(packageFolder())/docs/scripting.md", encoding: .utf8)
        let blocks = text.components(separatedBy: "```lua\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        return try #require(blocks.first { $0.hasPrefix(beginning) })
    }

    private func run(_ script: String, _ spec: String) async throws -> SpecReport {
        let folder = try TemporaryFolder()
        try folder.write("jwt.lua", script)
        try folder.write("spec/department_spec.lua", spec)
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "hr.internal")]
        needs.secrets = ["HR_TOKEN"]
        var runner = SpecRunner()
        runner.addresses = try sharedFetcher.get()
        return await runner.run([try SpecSuite.site(folder.path, needs: needs)])
    }

    @Test func exampleHolds() async throws {
        let report = try await run(
            block("-- scripts/jwt.lua: what the personnel"), block("-- scripts/spec/department_spec.lua"))
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed == 3)
    }

    @Test func exampleNoticesWhenItsScriptForgetsToken() async throws {
        let script = try block("-- scripts/jwt.lua: what the personnel").replacing("secret \"HR_TOKEN\"", with: "\"x\"")
        let report = try await run(script, block("-- scripts/spec/department_spec.lua"))
        #expect(report.counts.failed == 1)
    }

    @Test func requestThatNothingWasSaidAboutFailsTheTestThatMadeIt() async throws {
        let spec = "it('a', function()\n  hook.jwt { token = {}, user = { id = '7' } }\nend)"
        let report = try await run(block("-- scripts/jwt.lua: what the personnel"), spec)
        let failure = try #require(report.failures.first)
        #expect(failure.code == "spec.http")
        #expect(failure.message.contains("GET https://hr.internal/people/7 was asked for and is not faked"))
        #expect(failure.line == 1)
    }
}
