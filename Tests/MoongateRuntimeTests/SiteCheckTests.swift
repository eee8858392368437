import MoongateRuntime
import Testing

@Suite struct SiteCheckTests {
    @Test func siteWithoutAddressIsRefusedWithAllThatIsWrong() async throws {
        let folder = try ReloadFolder(jwt: nil)
        try folder.write("config.lua", "return { bogus = 1, basePath = 'x' }")
        let error = await #expect(throws: SiteError.self) { try await SiteCheck(configPath: folder.configPath).run() }
        #expect(try #require(error).problems.count >= 2)
    }

    @Test func brokenScriptIsFoundByCheckAndByLoad() async throws {
        let folder = try ReloadFolder(jwt: "return function(")
        try folder.write("config.lua", "return { url = 'https://example.com', secret = string.rep('s', 32) }")
        await #expect(throws: (any Error).self) { try await SiteCheck(configPath: folder.configPath).run() }
        await #expect(throws: SiteError.self) { try await MoongateService.load(folder.configPath) }
    }
}
