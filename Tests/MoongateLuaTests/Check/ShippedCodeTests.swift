import Moongate
import Testing

@testable import MoongateLua

/// Nothing that ships has a mistake that `moongate check` would find.
@Suite struct ShippedCodeTests {
    @Test func scriptsAndPluginsHaveNoProblems() async throws {
        let files = SiteScripts.read(packageFolder())
        let suites = await SpecSuite.suites(of: files, directory: packageFolder(), parsed: nil).suites
        #expect(suites.count >= 6)
        for suite in suites {
            let id = suite.scripts.owner.id
            let needs = OwnerCheck.Needs(file: id, path: "needs", text: [], declared: try await declared(files, id))
            #expect(OwnerCheck(suite.scripts, needs: needs).problems().map(\.description) == [])
        }
    }

    private func declared(_ files: SiteScripts, _ id: String) async throws -> ScriptNeeds {
        guard let manifest = files.shelf.folders[id]?.manifest else { return ScriptNeeds() }
        return try await PluginManifest.evaluate(manifest, folder: id).needs
    }

    @Test func specsOfEveryOwnerHold() async throws {
        let files = SiteScripts.read(packageFolder())
        var runner = SpecRunner()
        runner.addresses = try sharedFetcher.get()
        let report = await runner.run(
            await SpecSuite.suites(of: files, directory: packageFolder(), parsed: nil).suites)
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed > 50)
    }
}
