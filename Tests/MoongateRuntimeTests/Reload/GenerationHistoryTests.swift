import Moongate
import Testing

@testable import MoongateRuntime

@Suite struct GenerationHistoryTests {
    private static let time = Timestamp(milliseconds: 0)

    /// Generations whose ids begin with these digits.
    private func history(_ names: String...) async throws -> GenerationHistory {
        var history = GenerationHistory(try await Self.generation(names[0]), at: Self.time)
        for name in names.dropFirst() {
            history.install(try await Self.generation(name), at: Self.time, by: .watch)
        }
        return history
    }

    private static func generation(_ name: String) async throws -> LoadedGeneration {
        let folder = try ReloadFolder(jwt: nil)
        let base = try await folder.loader().load()
        let id = name + String(repeating: "0", count: 12 - name.count)
        return LoadedGeneration(
            id: id, digest: Array(name.utf8), configuration: base.configuration, warnings: [], runner: nil,
            scriptsAreOff: false, hooks: [], plugins: [])
    }

    private func ids(_ entries: [GenerationHistory.Entry]) -> [String] {
        entries.map { String($0.loaded.id.prefix(4)) }
    }

    private func back(_ history: inout GenerationHistory, _ target: RollbackTarget = .steps(1)) -> String? {
        guard let entry = history.target(target) else { return nil }
        history.rollBack(to: entry, at: Self.time)
        return String(history.current.loaded.id.prefix(4))
    }

    @Test func lastFiveAreKept() async throws {
        let history = try await history("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "1111")
        #expect(ids([history.current]) == ["1111"])
        #expect(ids(history.earlier) == ["bbbb", "cccc", "dddd", "eeee", "ffff"])
    }

    @Test func rollbackGoesToTheOneBeforeAndThenFurther() async throws {
        var history = try await history("aaaa", "bbbb", "cccc")
        #expect(back(&history) == "bbbb")
        #expect(back(&history) == "aaaa")
        #expect(back(&history) == nil)
    }

    @Test func rollbackGoesSeveralStepsAtOnce() async throws {
        var history = try await history("aaaa", "bbbb", "cccc")
        #expect(history.target(.steps(3)) == nil)
        #expect(back(&history, .steps(2)) == "aaaa")
    }

    @Test func whatWasRolledBackFromIsReachedByItsIdOnly() async throws {
        var history = try await history("aaaa", "bbbb")
        #expect(back(&history) == "aaaa")
        #expect(history.target(.steps(1)) == nil)
        #expect(back(&history, .generation("bbbb")) == "bbbb")
        #expect(history.earlier.map(\.isWithdrawn) == [true])
        #expect(!history.current.isWithdrawn)
    }

    @Test func rollbackAfterARollbackAndANewGenerationPassesOverTheBadOne() async throws {
        var history = try await history("aaaa", "bbbb", "cccc")
        _ = back(&history)
        history.install(try await Self.generation("dddd"), at: Self.time, by: .watch)
        #expect(back(&history) == "bbbb")
    }

    @Test func filesThatServedBeforeAreOneEntry() async throws {
        let history = try await history("aaaa", "bbbb", "aaaa")
        #expect(ids(history.earlier) == ["bbbb"])
    }

    @Test func installingAWithdrawnGenerationMakesItOrdinaryAgain() async throws {
        var history = try await history("aaaa", "bbbb")
        _ = back(&history)
        history.install(try await Self.generation("bbbb"), at: Self.time, by: .command)
        #expect(back(&history) == "aaaa")
    }

    @Test func beginningThatFitsSeveralIsNone() async throws {
        let history = try await history("aaaab", "aaaac", "bbbb")
        #expect(history.target(.generation("aaaa")) == nil)
        #expect(history.target(.generation("aaaac"))?.loaded.id.hasPrefix("aaaac") == true)
    }
}
