import Testing

@testable import Moongate

/// Which decisions of many are recorded.
@Suite struct DecisionDrawTests {
    private func hits(_ share: Double, of count: UInt64, from start: UInt64 = 0) -> Int {
        (0..<count).count { DecisionDraw(number: start &+ $0).isBelow(share) }
    }

    @Test func allAreAllAndNoneIsNone() {
        #expect(hits(1, of: 10_000) == 10_000)
        #expect(hits(0, of: 10_000) == 0)
    }

    @Test(arguments: [0.01, 0.1, 0.5], [0, 1 << 40, UInt64.max - 50_000])
    func shareIsHitAboutAsOftenAsItSays(share: Double, start: UInt64) {
        let expected = share * 100_000
        let found = Double(hits(share, of: 100_000, from: start))
        #expect(abs(found - expected) < expected * 0.1)
    }
}
