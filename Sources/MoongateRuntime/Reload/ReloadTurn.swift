import Synchronization

/// Lets one change of the generation happen at a time, in the order in which they were asked for: otherwise the slower
/// of two could put older files over newer ones.
final class ReloadTurn: Sendable {
    private struct Line {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let line = Mutex(Line())

    /// Runs `body` when it is this caller's turn.
    func run<R: Sendable>(_ body: @Sendable () async -> R) async -> R {
        await take()
        defer { give() }
        return await body()
    }

    private func take() async {
        await withCheckedContinuation { continuation in
            let isFree = line.withLock { line in
                guard line.isTaken else {
                    line.isTaken = true
                    return true
                }
                line.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func give() {
        let next: CheckedContinuation<Void, Never>? = line.withLock { line in
            guard !line.waiting.isEmpty else {
                line.isTaken = false
                return nil
            }
            return line.waiting.removeFirst()
        }
        next?.resume()
    }
}
