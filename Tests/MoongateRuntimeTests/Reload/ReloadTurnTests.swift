import Synchronization
import Testing

@testable import MoongateRuntime

/// Who is inside, and how many were at most.
private final class Seen: Sendable {
    private let counts = Mutex((inside: 0, most: 0, done: 0))
    var most: Int { counts.withLock { $0.most } }
    var done: Int { counts.withLock { $0.done } }

    func enter() { counts.withLock { $0 = ($0.inside + 1, max($0.most, $0.inside + 1), $0.done) } }
    func leave() { counts.withLock { $0 = ($0.inside - 1, $0.most, $0.done + 1) } }
}

@Suite(.timeLimit(.minutes(1))) struct ReloadTurnTests {
    @Test func oneAtATimeAndEverybodyHasTheirTurn() async {
        let turn = ReloadTurn()
        let seen = Seen()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await turn.run {
                        seen.enter()
                        await Task.yield()
                        seen.leave()
                    }
                }
            }
        }
        #expect(seen.most == 1)
        #expect(seen.done == 20)
    }

    @Test func turnIsFreeAgainAfterwards() async {
        let turn = ReloadTurn()
        let answers = [await turn.run { 1 }, await turn.run { 2 }]
        #expect(answers == [1, 2])
    }
}
