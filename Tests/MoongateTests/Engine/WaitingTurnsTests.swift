import Testing

@testable import Moongate

@Suite struct WaitingTurnsTests {
    private let waiting = WaitingTurns()

    private func tries(_ key: Int, _ count: Int) -> [Bool] { (0..<count).map { _ in waiting.takesTurn(key) } }

    @Test func whoNeverWaitedIsAlwaysTried() {
        #expect(!tries(1, 200).contains(false))
    }

    @Test func whoWaitedIsLeftOutForAWhile() {
        waiting.waited(1)
        #expect(tries(1, 63) == Array(repeating: false, count: 63))
        #expect(waiting.takesTurn(1))
    }

    @Test func oneWhoWaitsSendsNobodyElseThere() {
        waiting.waited(1)
        #expect(!tries(2, 200).contains(false))
    }

    @Test func whereEverybodyWaitsEverybodyIsLeftOut() {
        for key in 0..<8 { waiting.waited(key) }
        #expect(tries(100, 63) == Array(repeating: false, count: 63))
        #expect(waiting.takesTurn(100))
        // They wait still: one more says so.
        waiting.waited(100)
        #expect(!waiting.takesTurn(101))
    }

    @Test func answersBetweenWaitsMakeItNoHabit() {
        for key in 0..<100 {
            waiting.waited(key)
            if key % 4 == 0 { waiting.answered() }
        }
        #expect(waiting.takesTurn(1_000))
    }

    @Test func onlySoManyAreRemembered() {
        for key in 0..<10_000 {
            waiting.waited(key)
            waiting.answered()
        }
        #expect((0..<10_000).filter { !waiting.takesTurn($0) }.count <= 1_024)
    }
}
