import Moongate
import Synchronization

/// What would fail when a request comes by, as far as the code says it: names that nothing is behind. Found when somebody
/// first asks, and then kept: a start serves without having waited for it.
final class MissingNames: Sendable {
    private enum State {
        case unasked(@Sendable () -> [ScriptFailure])
        case asked(Task<[ScriptFailure], Never>)
    }

    private let state: Mutex<State>

    /// - Parameter find: Called at most once; what it holds is let go afterwards.
    init(_ find: @escaping @Sendable () -> [ScriptFailure]) { state = Mutex(.unasked(find)) }

    /// The mistakes.
    func found() async -> [ScriptFailure] { await task().value }

    /// Mistakes that are not in `current`: what serves already does so with its own.
    func found(notIn current: MissingNames) async -> [ScriptFailure] {
        let own = await found()
        if own.isEmpty { return [] }
        let known = await current.found()
        return own.filter { mistake in
            !known.contains { ($0.code, $0.script, $0.message) == (mistake.code, mistake.script, mistake.message) }
        }
    }

    private func task() -> Task<[ScriptFailure], Never> {
        state.withLock { state in
            switch state {
            case .asked(let task): return task
            case .unasked(let find):
                let task = Task { find() }
                state = .asked(task)
                return task
            }
        }
    }
}
