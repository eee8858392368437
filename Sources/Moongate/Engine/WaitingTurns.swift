import Synchronization

/// Who is not answered at once for a while. Hooks that wait begin twice, at once and then the ordinary way, so after one
/// that did, the next requests of the same browser go straight the ordinary way; and everybody's, when all that were
/// tried lately had to wait. One slow user does not send the others there.
final class WaitingTurns: Sendable {
    /// Requests that take the ordinary way after one that waited.
    private static let turns = 63
    /// So many waits in a row are the site's way, and not one user's.
    private static let habit = 8
    /// Browsers that are remembered.
    private static let mostKnown = 1_024

    private struct State {
        var left: [Int: Int] = [:]
        var inARow = 0
        var everybody = 0

        var isQuiet: Bool { left.isEmpty && everybody == 0 && inARow == 0 }
    }

    private let state = Mutex(State())
    /// Whether there is anything to look up: on most sites nothing ever waits.
    private let isQuiet = Atomic<Bool>(true)

    /// Whether a request may be tried at once.
    /// - Parameter key: Whose it is, as a number; asked for when anything has waited at all.
    func takesTurn(_ key: @autoclosure () -> Int) -> Bool {
        guard !isQuiet.load(ordering: .relaxed) else { return true }
        let key = key()
        return update { state in
            if state.everybody > 0 {
                state.everybody -= 1
                return false
            }
            guard let left = state.left[key] else { return true }
            state.left[key] = left > 1 ? left - 1 : nil
            return false
        }
    }

    /// A request that was tried had to wait.
    func waited(_ key: Int) {
        update { state in
            if state.left.count >= Self.mostKnown { state.left.removeAll(keepingCapacity: true) }
            state.left[key] = Self.turns
            state.inARow += 1
            guard state.inARow >= Self.habit else { return }
            state.inARow = Self.habit - 1  // one more is enough the next time
            state.everybody = Self.turns
        }
    }

    /// A request that was tried was answered.
    func answered() {
        guard !isQuiet.load(ordering: .relaxed) else { return }
        update { $0.inARow = 0 }
    }

    private func update<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            let result = body(&state)
            isQuiet.store(state.isQuiet, ordering: .relaxed)
            return result
        }
    }
}
