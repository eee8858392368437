import Testing

@testable import MoongateRuntime

@Suite(.timeLimit(.minutes(1))) struct FileWatcherTests {
    private let folder: ReloadFolder

    init() throws { folder = try ReloadFolder() }

    /// Whether a change is reported after `act`. The time limit is the only other end.
    private func reports(after act: () throws -> Void) async throws -> Bool {
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        var changes = watcher.changes.makeAsyncIterator()
        try act()
        return await changes.next() != nil
    }

    @Test func plainWriteIsSeen() async throws {
        #expect(try await reports { try folder.write("scripts/jwt.lua", "return 1") })
    }

    @Test func atomicRenameIsSeen() async throws {
        try folder.write("scripts/.jwt.lua.swp", "return 1")
        #expect(try await reports { try folder.rename("scripts/.jwt.lua.swp", "scripts/jwt.lua") })
    }

    @Test func configurationIsWatched() async throws {
        #expect(try await reports { try folder.write("config.lua", "return {}") })
    }

    @Test func libraryIsWatched() async throws {
        #expect(try await reports { try folder.write("scripts/lib/roles.lua", "return {}") })
    }

    @Test func replacedFolderIsSeenAndWatchedAgain() async throws {
        try folder.makeFolder("next")
        try folder.write("next/jwt.lua", "return 1")
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        var changes = watcher.changes.makeAsyncIterator()
        try folder.rename("scripts", "old")
        try folder.rename("next", "scripts")
        #expect(await changes.next() != nil)
        try folder.write("scripts/jwt.lua", "return 2")
        #expect(await changes.next() != nil)
    }

    @Test func folderThatWasDeletedAndMadeAgainIsWatchedAgain() async throws {
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        var changes = watcher.changes.makeAsyncIterator()
        try folder.remove("scripts")
        #expect(await changes.next() != nil)
        try folder.makeFolder("scripts")
        try folder.write("scripts/jwt.lua", "return 3")
        #expect(await changes.next() != nil)
    }

    @Test func writeWithoutAChangeIsNotReported() async throws {
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        var changes = watcher.changes.makeAsyncIterator()
        try folder.write("scripts/jwt.lua", ReloadFolder.jwt)
        try folder.write("moongate.db", "noise")
        try folder.write("scripts/jwt.lua", "return 1")
        #expect(await changes.next() != nil)
        watcher.stop()
        // One report for the one change, then the end.
        #expect(await changes.next() == nil)
    }

    @Test func changeSinceTheGenerationWasReadIsReportedAtOnce() async throws {
        let generation = try await folder.loader().load()
        try folder.write("scripts/jwt.lua", "return 1")
        let watcher = try FileWatcher(folder.loader().files, since: generation.digest)
        var changes = watcher.changes.makeAsyncIterator()
        #expect(await changes.next() != nil)
    }

    @Test func digestIsThatOfTheGeneration() async throws {
        #expect(try await folder.loader().load().digest == folder.loader().files.digest())
        let bare = folder.loader(usesScripts: false)
        #expect(try await bare.load().digest == bare.files.digest())
    }

    @Test func stopEndsTheStream() async throws {
        let watcher = try FileWatcher(WatchedFiles(configPath: folder.configPath))
        watcher.stop()
        watcher.stop()
        var changes = watcher.changes.makeAsyncIterator()
        #expect(await changes.next() == nil)
    }

    @Test func pollingSeesAChangeToo() async throws {
        let files = WatchedFiles(configPath: folder.configPath)
        let wakeUp = try WakeUp()
        let waiter = PollingWaiter(files, wakeUp: wakeUp, interval: 5)
        try folder.write("scripts/jwt.lua", "return 1")
        let outcome = await withCheckedContinuation { continuation in
            // A thread of its own, as in the watcher: the wait blocks.
            do { try startThread { continuation.resume(returning: waiter.wait(milliseconds: -1)) } } catch {
                continuation.resume(returning: .stopped)
            }
        }
        #expect(outcome == .changed)
        wakeUp.stop()
        #expect(waiter.wait(milliseconds: 1000) == .stopped)
    }

    @Test(arguments: [
        ("config.lua", WatchedFolder.Kind.site, true), (".env", .site, true), ("scripts", .site, true),
        ("plugins", .site, true), ("..data", .site, true), ("moongate.db", .site, false),
        ("moongate.db-wal", .site, false), ("jwt.lua", .site, false), ("jwt.lua", .scripts, true),
        ("lib", .scripts, true), ("spec", .scripts, true), (".jwt.lua.swp", .scripts, false), ("4913", .scripts, false),
        ("audit", .plugins, true), (".git", .plugins, false), ("..data", .plugins, true),
    ])
    func onlyOurNamesCount(name: String, folder: WatchedFolder.Kind, counts: Bool) {
        #expect(WatchedFiles(configPath: "/site/config.lua").isRelevant(name, in: folder) == counts)
    }
}
