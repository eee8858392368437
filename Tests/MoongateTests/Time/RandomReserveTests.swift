import MoongateTesting
import Synchronization
import Testing

@testable import Moongate

@Suite struct RandomReserveTests {
    /// Counts what is asked of it; throws at the calls that are named.
    private final class Source: RandomSource {
        struct Dry: Error {}
        let asked = Mutex<[Int]>([])
        private let failing: Set<Int>
        private let seeded = SeededRandom()

        init(failing: Set<Int> = []) { self.failing = failing }

        func bytes(_ count: Int) throws -> [UInt8] {
            let call = asked.withLock { asked in
                asked.append(count)
                return asked.count
            }
            guard !failing.contains(call) else { throw Dry() }
            return try seeded.bytes(count)
        }
    }

    @Test(arguments: [16, 7, 100, 300]) func noBytesAreGivenOutTwice(_ count: Int) throws {
        let source = Source()
        let reserve = RandomReserve(source)
        let drawn = try (0..<200).map { _ in try reserve.bytes(count) }
        #expect(drawn.allSatisfy { $0.count == count } && Set(drawn).count == 200)
        let asked = source.asked.withLock { $0 }
        #expect(asked.count > 1 && asked.allSatisfy { $0 == 512 })
    }

    @Test func tasksAtOnceAreGivenDifferentBytes() async throws {
        let reserve = RandomReserve(SystemRandom())
        let drawn = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            for _ in 0..<8 { group.addTask { try (0..<100).map { _ in try reserve.bytes(16) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(drawn.count == 800 && Set(drawn).count == 800)
    }

    @Test func moreThanABlockComesFromTheSourceAlone() throws {
        let source = Source()
        let reserve = RandomReserve(source)
        #expect(try reserve.bytes(512).count == 512)
        #expect(try reserve.bytes(513).count == 513)
        #expect(source.asked.withLock { $0 } == [512, 513])
    }

    @Test func nothingIsDrawnForNothing() throws {
        #expect(try RandomReserve(StandInRandom(isEmpty: true)).bytes(0).isEmpty)
    }

    @Test(arguments: [1, 16, 512, 513]) func sourceThatIsDryThrows(_ count: Int) throws {
        #expect(throws: StandInRandom.Empty.self) { try RandomReserve(StandInRandom(isEmpty: true)).bytes(count) }
    }

    @Test func sourceThatFailsOnceIsAskedAgainAndNothingIsRepeated() throws {
        let reserve = RandomReserve(Source(failing: [2]))
        let first = try reserve.bytes(400)
        #expect(throws: Source.Dry.self) { try reserve.bytes(400) }
        let second = try reserve.bytes(400)
        #expect(first != second && second.count == 400)
    }
}
