import Foundation
import Testing

@testable import MoongateRuntime

/// Files as deployments bring them: whole folders at once, behind links.
@Suite(.timeLimit(.minutes(1))) struct DeployedFilesTests {
    private let folder: ReloadFolder

    init() throws { folder = try ReloadFolder() }

    private func link(_ target: String, _ name: String) throws {
        try #require(symlink(target, "\(folder.path)/\(name)") == 0)
    }

    /// A mounted configuration map: files are links into a folder that `..data` leads to, and that is swapped as one.
    private func mount() throws {
        for (release, version) in [("..1", 1), ("..2", 2)] {
            try folder.makeFolder("mount/scripts/\(release)")
            try folder.write("mount/scripts/\(release)/jwt.lua", "return function(p) return \(version) end")
        }
        try link("..1", "mount/scripts/..data")
        try link("..data/jwt.lua", "mount/scripts/jwt.lua")
        try folder.write("mount/config.lua", ReloadFolder.config)
    }

    @Test func swapOfAMountedConfigurationIsSeenTimeAndAgain() async throws {
        try mount()
        let files = WatchedFiles(configPath: "\(folder.path)/mount/config.lua")
        let watcher = try FileWatcher(files)
        var changes = watcher.changes.makeAsyncIterator()
        for release in ["..2", "..1", "..2"] {
            let before = files.digest()
            try link(release, "mount/scripts/..data_tmp")
            try folder.rename("mount/scripts/..data_tmp", "mount/scripts/..data")
            #expect(await changes.next() != nil)
            #expect(files.digest() != before)
        }
    }

    @Test func linkToTheSiteThatIsTurnedElsewhereIsSeenAndWatched() async throws {
        for release in ["releases/1", "releases/2"] {
            try folder.makeFolder("\(release)/scripts")
            try folder.write("\(release)/config.lua", ReloadFolder.config)
            try folder.write("\(release)/scripts/jwt.lua", "return '\(release)'")
        }
        try link("releases/1", "current")
        let watcher = try FileWatcher(WatchedFiles(configPath: "\(folder.path)/current/config.lua"))
        var changes = watcher.changes.makeAsyncIterator()
        try link("releases/2", "next")
        try folder.rename("next", "current")
        #expect(await changes.next() != nil)
        try folder.write("releases/2/scripts/jwt.lua", "return 3")
        #expect(await changes.next() != nil)
    }

    @Test func siteThatWasRemovedAndMadeAgainIsWatchedAgain() async throws {
        try folder.makeFolder("site/scripts")
        try folder.write("site/config.lua", ReloadFolder.config)
        let watcher = try FileWatcher(WatchedFiles(configPath: "\(folder.path)/site/config.lua"))
        var changes = watcher.changes.makeAsyncIterator()
        try folder.remove("site")
        #expect(await changes.next() != nil)
        try folder.makeFolder("site/scripts")
        try folder.write("site/config.lua", ReloadFolder.config + " ")
        #expect(await changes.next() != nil)
        try folder.write("site/scripts/jwt.lua", ReloadFolder.jwt)
        #expect(await changes.next() != nil)
    }

    @Test func fileThatIsWrittenInPiecesIsReportedWhenItIsWhole() async throws {
        let files = WatchedFiles(configPath: folder.configPath)
        let watcher = try FileWatcher(files, quiet: 200)
        var changes = watcher.changes.makeAsyncIterator()
        let file = try #require(fopen("\(folder.path)/scripts/jwt.lua", "w"))
        for piece in ["return function(p)\n", "  return p.token\n", "end\n"] {
            fputs(piece, file)
            fflush(file)
        }
        fclose(file)
        let whole = files.digest()
        #expect(await changes.next() != nil)
        watcher.stop()
        #expect(files.digest() == whole)
        #expect(await changes.next() == nil)
    }

    @Test func linkOutOfTheFolderIsNotRead() async throws {
        try folder.write("outside.lua", "return function(p) return p.token end")
        try folder.remove("scripts/jwt.lua")
        try link("../outside.lua", "scripts/jwt.lua")
        let error = await #expect(throws: (any Error).self) { try await folder.loader().load() }
        #expect(ReloadProblem.all(error ?? SiteError(""), configuration: "").map(\.code) == ["file.escape"])
    }
}
