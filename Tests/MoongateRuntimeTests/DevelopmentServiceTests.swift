import HTTPTypes
import Moongate
import MoongateRuntime
import Testing

@Suite struct DevelopmentServiceTests {
    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder()
        try folder.write(
            "config.lua",
            """
            return { url = 'http://localhost:3000', secret = string.rep('s', 32), database = 'memory:',
              providers = { provider 'dev' {} } }
            """)
    }

    private func load(development: Bool = true, port: UInt16? = nil) async throws -> MoongateService {
        var options = MoongateOptions()
        options.development = development
        options.developmentPort = port
        return try await MoongateService.load(folder.configPath, options: options)
    }

    private func status(_ site: MoongateService, host: String) async -> Int {
        let request = AuthRequest(target: "/auth/csrf", authority: host, peer: PeerAddress("127.0.0.1"))
        return await site.engine.respond(to: request).status.code
    }

    @Test func linkCarriesAKeyThatIsNewAtEachStart() async throws {
        let first = try #require(await load().developmentLink), second = try #require(await load().developmentLink)
        #expect(first.hasPrefix("http://localhost:3000/auth/signin?key=") && first != second)
    }

    @Test func developmentsProviderOutsideItIsRefused() async throws {
        await #expect(throws: SiteError.self) { try await load(development: false) }
    }

    @Test func siteMovesToThePortThatIsListenedOnAndStaysThereAfterAReload() async throws {
        let site = try await load(port: 4001)
        #expect(await status(site, host: "localhost:4001") == 200)
        #expect(await status(site, host: "localhost:3000") == 403)
        try folder.write("scripts/jwt.lua", "return function(p) p.token.x = 1 return p.token end")
        guard case .installed = await site.reload() else {
            Issue.record("refused")
            return
        }
        #expect(await status(site, host: "localhost:4001") == 200)
        #expect(await status(site, host: "localhost:3000") == 403)
        #expect(site.developmentLink?.hasPrefix("http://localhost:4001/auth/signin?key=") == true)
    }

    @Test func keyOfTheLinkOutlivesAReload() async throws {
        let site = try await load()
        let link = site.developmentLink
        try folder.write("scripts/jwt.lua", "return function(p) p.token.x = 1 return p.token end")
        _ = await site.reload()
        #expect(site.developmentLink == link)
        let target = try #require(link?.replacing("http://localhost:3000", with: ""))
        for (asked, cookies) in [(target, 1), (target + "x", 0)] {
            let response = await site.engine.respond(
                to: AuthRequest(target: asked, authority: "localhost:3000", peer: PeerAddress("127.0.0.1")))
            #expect(response.headers[values: .setCookie].filter { $0.contains("SameSite=Strict") }.count == cookies)
        }
    }

    @Test func startPageSaysWhyFilesWereNotTakenUntilTheyAre() async throws {
        let site = try await load()
        func page() async -> String {
            let request = AuthRequest(target: "/", authority: "localhost:3000", peer: PeerAddress("127.0.0.1"))
            return String(decoding: await site.engine.respond(to: request).body, as: UTF8.self)
        }
        #expect(await !page().contains("Not taken"))
        try folder.write("scripts/jwt.lua", "return function(p) return p.token end end")
        _ = await site.reload()
        #expect(await page().contains("scripts/jwt.lua:1: "))
        try folder.write("scripts/jwt.lua", "return function(p) return p.token end")
        _ = await site.reload()
        #expect(await !page().contains("Not taken"))
    }
}
