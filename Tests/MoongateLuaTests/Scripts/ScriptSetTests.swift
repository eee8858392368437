import Foundation
import Moongate
import Testing

@testable import MoongateLua

@Suite struct ScriptSetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The failures of a folder that must be refused.
    private func failures() -> [ScriptFailure] {
        do {
            _ = try ScriptSet.load(folder.path)
            Issue.record("accepted")
            return []
        } catch let error as ScriptSetError {
            return error.failures
        } catch {
            Issue.record(error)
            return []
        }
    }

    @Test func everyHookAndLibraryIsFound() throws {
        for name in ["signIn", "redirect", "jwt", "session", "authorize"] { try folder.write("\(name).lua", "") }
        try folder.write("lib/roles.lua", "return {}")
        try folder.write("README.md", "no script")
        try folder.write("spec/jwt.lua", "no hook")
        let set = try ScriptSet.load(folder.path)
        #expect(Set(set.hooks.keys) == [.signIn, .redirect, .jwt, .session, .authorize])
        #expect(set.hooks[.jwt]?.name == "scripts/jwt.lua")
        #expect(set.libraries["roles"]?.name == "scripts/lib/roles.lua")
    }

    @Test func folderThatIsNotThereIsAnEmptySet() throws {
        let set = try ScriptSet.load("\(folder.path)/none")
        #expect(set.hooks.isEmpty)
        #expect(set.libraries.isEmpty)
    }

    @Test func misspeltHookNamesTheNearest() throws {
        try folder.write("singIn.lua", "return nil")
        let failure = failures().first
        #expect(failure?.code == "script.unknown")
        #expect(failure?.script == "scripts/singIn.lua")
        #expect(failure?.message.contains("`signIn.lua`") == true)
    }

    @Test func libraryOfDataIsNamedForWhatItIs() throws {
        try folder.write("lib/roles.data.lua", "return {}")
        try folder.write("lib/roles.lua", "return {}")
        let set = try ScriptSet.load(folder.path)
        #expect(Array(set.dataLibraries.keys) == ["roles.data"])
        #expect(Array(set.libraries.keys) == ["roles"])
    }

    @Test func specsCountForTheDigest() throws {
        let before = try ScriptSet.load(folder.path).digest
        try folder.write("spec/jwt_spec.lua", "")
        let set = try ScriptSet.load(folder.path)
        #expect(set.specs.map(\.name) == ["scripts/spec/jwt_spec.lua"])
        #expect(set.digest != before)
    }

    @Test func everyProblemIsReportedAtOnce() throws {
        try folder.write("zzz.lua", "")
        try folder.write("rules/a b.lua", "")
        try folder.write("lib/a b.lua", "")
        #expect(failures().map(\.code).sorted() == ["script.name", "script.name", "script.unknown"])
    }

    @Test(arguments: ["/etc/hostname", "../outside.lua", "lib/../../outside.lua"])
    func linkOutOfTheFolderIsRefused(target: String) throws {
        try folder.write("in/other.txt", "")
        try folder.write("outside.lua", "return nil")
        try folder.makeFolder("in/lib")
        try folder.link("in/jwt.lua", to: target)
        #expect(throws: ScriptSetError.self) { try ScriptSet.load("\(folder.path)/in") }
        #expect(
            { () -> String? in
                do { _ = try ScriptSet.load("\(folder.path)/in"); return nil } catch let error as ScriptSetError {
                    return error.failures.first?.code
                } catch { return nil }
            }() == "file.escape")
    }

    @Test func linkedFolderOutOfTheRootIsRefused() throws {
        try folder.write("elsewhere/roles.lua", "return {}")
        try folder.makeFolder("in")
        try folder.link("in/lib", to: "\(folder.path)/elsewhere")
        #expect(throws: ScriptSetError.self) { try ScriptSet.load("\(folder.path)/in") }
    }

    @Test func linkThatStaysInsideIsFollowed() throws {
        // As a mounted configuration lays its files out.
        try folder.write("..2026/jwt.lua", "return 1")
        try folder.link("..data", to: "..2026")
        try folder.link("jwt.lua", to: "..data/jwt.lua")
        #expect(try ScriptSet.load(folder.path).hooks[.jwt]?.text == Array("return 1".utf8))
    }

    @Test(arguments: ["signIn.lua", "lib/shared.lua", "rules.lua"])
    func linkToNothingIsNoFileThatIsMissing(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("lib/other.lua", "return {}")
        try folder.link(name, to: "gone.lua")
        let error = #expect(throws: ScriptSetError.self) { try ScriptSet.load(folder.path) }
        #expect(error?.failures.map(\.code) == ["file.link"])
    }

    @Test func folderThatIsALinkToNothingIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.link("scripts", to: "gone")
        let error = #expect(throws: ScriptSetError.self) { try ScriptSet.load("\(folder.path)/scripts") }
        #expect(error?.failures.map(\.code) == ["file.link"])
    }

    @Test func linkedFolderNeedsNoMoreThanAFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("real/shared.lua", "return {}")
        try folder.link("lib", to: "real")
        #expect(try ScriptSet.load(folder.path).libraries.keys.sorted() == ["shared"])
        let root = try #require(try RootDirectory(folder.path))
        #expect(try root.read("lib/none.lua", limit: 9) == nil && root.names(in: "lib/none") == nil)
        #expect(try root.read("lib/../none.lua", limit: 9) == nil)
    }

    @Test func linksInACircleAreRefused() throws {
        try folder.link("jwt.lua", to: "session.lua")
        try folder.link("session.lua", to: "jwt.lua")
        #expect(failures().map(\.code) == ["file.escape", "file.escape"])
    }

    @Test func theRootMayBeALink() throws {
        try folder.write("real/jwt.lua", "return 1")
        try folder.link("scripts", to: "real")
        #expect(try ScriptSet.load("\(folder.path)/scripts").hooks.count == 1)
    }

    @Test func folderInAFilesPlaceIsRefused() throws {
        try folder.makeFolder("jwt.lua")
        #expect(failures().map(\.code) == ["file.kind"])
    }

    @Test func pipeInAFilesPlaceIsRefusedAndNotWaitedFor() throws {
        #expect(mkfifo("\(folder.path)/jwt.lua", 0o600) == 0)
        #expect(failures().map(\.code) == ["file.kind"])
    }

    @Test func oversizedFileIsRefused() throws {
        try folder.write("jwt.lua", String(repeating: "-", count: (256 << 10) + 1))
        #expect(failures().map(\.code) == ["file.size"])
    }

    @Test func tooManyFilesAreRefused() throws {
        for index in 0...256 { try folder.write("lib/l\(index).lua", "") }
        #expect(failures().map(\.code) == ["script.tooMany"])
    }

    @Test func digestChangesWithContentAndNameOnly() throws {
        try folder.write("jwt.lua", "return 1")
        let first = try ScriptSet.load(folder.path).digest
        try folder.write("jwt.lua", "return 1")
        #expect(try ScriptSet.load(folder.path).digest == first)
        try folder.write("jwt.lua", "return 2")
        let second = try ScriptSet.load(folder.path).digest
        #expect(second != first)
        try FileManager.default.moveItem(atPath: "\(folder.path)/jwt.lua", toPath: "\(folder.path)/session.lua")
        #expect(try ScriptSet.load(folder.path).digest != second)
    }
}
