import Moongate
import MoongateLua
import Testing

@testable import MoongateRuntime

/// Going back, and what the files on the disk mean afterwards.
@Suite(.timeLimit(.minutes(1))) struct RollbackTests {
    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder()
        try folder.write(
            "config.lua", "return { url = 'https://example.com', secret = string.rep('s', 32), database = 'memory:' }")
    }

    private static func script(_ version: Int) -> String {
        "return function(p) p.token.v = \(version) return p.token end"
    }

    /// A site whose first generation is followed by a second one.
    private func site() async throws -> (site: MoongateService, ids: [String]) {
        let site = try await MoongateService.load(folder.configPath)
        let first = site.engine.generation.id
        try folder.write("scripts/jwt.lua", Self.script(2))
        #expect(await site.reload(.watch) == .installed(id: site.engine.generation.id))
        return (site, [first, site.engine.generation.id])
    }

    @Test func generationBeforeServesAgain() async throws {
        let (site, ids) = try await site()
        #expect(await site.rollBack() == .installed(id: ids[0]))
        #expect(site.engine.generation.id == ids[0])
        #expect(site.engine.generation.scripts?.chain(.jwt).count == 1)
        let lease = try #require(try site.engine.generation.scripts?.lease())
        lease.end()
    }

    @Test func watcherPassesOverTheFilesThatWereRolledBackFrom() async throws {
        let (site, ids) = try await site()
        _ = await site.rollBack()
        #expect(await site.reload(.watch) == .held)
        #expect(site.engine.generation.id == ids[0])
    }

    @Test(arguments: [ReloadTrigger.command, .signal, .program])
    func explicitReloadTakesThemAgain(_ trigger: ReloadTrigger) async throws {
        let (site, ids) = try await site()
        _ = await site.rollBack()
        #expect(await site.reload(trigger) == .installed(id: ids[1]))
        #expect(await site.reload(.watch) == .unchanged)
    }

    @Test func changedBytesCountAgain() async throws {
        let (site, _) = try await site()
        _ = await site.rollBack()
        try folder.write("scripts/jwt.lua", Self.script(3))
        #expect(await site.reload(.watch) == .installed(id: site.engine.generation.id))
        try folder.write("scripts/jwt.lua", Self.script(2))
        #expect(await site.reload(.watch) == .installed(id: site.engine.generation.id))
    }

    @Test func brokenFilesThatLieOnTheDiskAreHeldBackToo() async throws {
        let (site, ids) = try await site()
        try folder.write("scripts/jwt.lua", "return function(")
        guard case .refused = await site.reload(.watch) else {
            Issue.record("installed")
            return
        }
        _ = await site.rollBack()
        #expect(await site.reload(.watch) == .held)
        #expect(site.engine.generation.id == ids[0])
    }

    @Test func rollbackWithoutAnEarlierGenerationIsRefused() async throws {
        let site = try await MoongateService.load(folder.configPath)
        guard case .refused(let problem) = await site.rollBack() else {
            Issue.record("installed")
            return
        }
        #expect(problem.code == "rollback.none")
    }

    @Test(arguments: ["ffffffff", "0000"])
    func unknownGenerationIsRefusedAndTheKeptOnesAreNamed(_ id: String) async throws {
        let (site, ids) = try await site()
        guard case .refused(let problem) = await site.rollBack(to: .generation(id)) else {
            Issue.record("installed")
            return
        }
        #expect(problem.code == "rollback.unknown" && problem.message.contains(ids[0]))
        #expect(site.engine.generation.id == ids[1])
    }

    @Test func generationThatServesIsSaidToServe() async throws {
        let (site, ids) = try await site()
        guard case .refused(let problem) = await site.rollBack(to: .generation(ids[1])) else {
            Issue.record("installed")
            return
        }
        #expect(problem.code == "rollback.current")
    }

    @Test func statesOfAGenerationThatServesNoMoreAreClosed() async throws {
        let (site, _) = try await site()
        let earlier = site.state.withLock { $0.history.earlier[0].loaded }
        #expect(earlier.runner?.pools.map(\.idle) == [0])
        #expect(site.state.withLock(\.current).runner?.pools.allSatisfy { $0.idle > 0 } == true)
    }

    @Test func statusTellsOfGenerationsAndTheLastReload() async throws {
        let (site, ids) = try await site()
        try folder.write("scripts/jwt.lua", "return function(p)\n  return end end")
        _ = await site.reload(.command)
        let status = site.status()
        #expect(status["generation"]?.objectValue?["id"] == .string(ids[1]))
        #expect(status["previous"]?.arrayValue?.compactMap { $0.objectValue?["id"] } == [.string(ids[0])])
        let last = try #require(status["lastReload"]?.objectValue)
        #expect(last["outcome"] == "refused" && last["trigger"] == "command")
        let problem = try #require(last["problems"]?.arrayValue?.first?.objectValue)
        #expect(problem["file"] == "scripts/jwt.lua" && problem["line"] == 2 && problem["code"] == "script.syntax")
        #expect(status["ledger"]?.arrayValue?.count == 2)
    }
}
