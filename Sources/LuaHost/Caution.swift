import Synchronization

/// Whether calls of a pool begin on the caller's thread. A single library function, such as a search with a pattern that
/// backtracks, cannot be cut into slices; scripts that have shown one begin on a task, where nobody waits for the thread.
final class Caution: Sendable {
    /// How many calls begin elsewhere after one that took too long.
    static let calls = 256

    private let left = Atomic<Int>(0)

    func raise() { left.store(Self.calls, ordering: .relaxed) }

    /// Counts one call down.
    func isNeeded() -> Bool {
        guard left.load(ordering: .relaxed) > 0 else { return false }
        left.wrappingSubtract(1, ordering: .relaxed)
        return true
    }
}
