import MoongateTokens
import Testing

@testable import MoongateRuntime

/// Files that change while they are read.
@Suite struct SettledReadingTests {
    private let folder: ReloadFolder

    init() throws { folder = try ReloadFolder() }

    /// A reading with looks as given, the last one for ever; counts how often the files are read.
    private func reading(
        _ looks: [[UInt8]], _ loads: Loads, load: @escaping () async throws -> LoadedGeneration?
    ) -> SettledReading {
        SettledReading(tries: 3, pause: .zero, doubt: .zero) {
            defer { loads.looks += 1 }
            return looks[min(loads.looks, looks.count - 1)]
        } load: {
            loads.count += 1
            return try await load()
        }
    }

    private final class Loads {
        var looks = 0
        var count = 0
    }

    @Test func filesAtRestAreTakenAtOnce() async throws {
        let next = try await folder.loader().load()
        let loads = Loads()
        let taken = try await reading([next.digest], loads) { next }.result(of: "config.lua")
        #expect(taken?.id == next.id && loads.count == 1)
    }

    @Test func filesThatMovedAreReadAgain() async throws {
        let next = try await folder.loader().load()
        let loads = Loads()
        let taken = try await reading([[1], next.digest], loads) { next }.result(of: "config.lua")
        #expect(taken?.id == next.id && loads.count == 2)
    }

    @Test func bytesThatNoLookSawAreNotTaken() async throws {
        let next = try await folder.loader().load()
        let loads = Loads()
        // There and back again between two equal looks.
        await #expect(throws: ReloadRefusal.self) {
            try await reading([[1]], loads) { next }.result(of: "config.lua")
        }
        #expect(loads.count == 3)
    }

    /// One that is being written is half of it, or none.
    @Test func otherSecretsAreTakenWhenTwoReadingsAgree() async throws {
        let whole = try await folder.loader().load()
        var (half, next) = (whole, whole)
        half.secretFiles = ["A": Secret("new-sec")]
        next.secretFiles = ["A": Secret("new-secret")]
        let loads = Loads()
        var reading = reading([whole.digest], loads) { loads.count == 1 ? half : next }
        reading.serving = ["A": Secret("old-secret")]
        #expect(try await reading.result(of: "config.lua")?.secretFiles == next.secretFiles)
        #expect(loads.count == 3)
    }

    @Test func secretsThatServeAreTakenAtOnce() async throws {
        var next = try await folder.loader().load()
        next.secretFiles = ["A": Secret("secret")]
        let loads = Loads()
        var reading = reading([next.digest], loads) { next }
        reading.serving = next.secretFiles
        #expect(try await reading.result(of: "config.lua") != nil && loads.count == 1)
    }

    @Test func filesThatNeverRestAreRefused() async throws {
        let loads = Loads()
        let looks = (0..<UInt8(10)).map { [$0] }
        let refusal = await #expect(throws: ReloadRefusal.self) {
            try await reading(looks, loads) { nil }.result(of: "config.lua")
        }
        #expect(refusal?.code == "reload.moving" && loads.count == 3)
    }

    @Test func mistakeInFilesAtRestIsReportedAfterOneReading() async throws {
        struct Mistake: Error {}
        let loads = Loads()
        await #expect(throws: Mistake.self) {
            try await reading([[1]], loads) { throw Mistake() }.result(of: "config.lua")
        }
        #expect(loads.count == 1)
    }

    @Test func mistakeThatIsGoneAMomentLaterIsNotReported() async throws {
        struct Mistake: Error {}
        let next = try await folder.loader().load()
        let loads = Loads()
        let taken = try await reading([[1], [1], next.digest], loads) {
            if loads.count == 1 { throw Mistake() }
            return next
        }.result(of: "config.lua")
        #expect(taken?.id == next.id && loads.count == 2)
    }
}
