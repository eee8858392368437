import Logging
import ServiceLifecycle

extension MoongateService {
    /// Reloads when the files change, until the program ends. A site whose files cannot be watched serves all the same:
    /// SIGHUP and `moongate reload` are left.
    func watch() async {
        let watcher: FileWatcher
        do {
            guard let started = try startWatching() else {
                try? await gracefulShutdown()
                return
            }
            watcher = started
        } catch {
            state.withLock { $0.watch = .failed("\(error)") }
            logger.error(
                "Files are not watched: reload by SIGHUP or `moongate reload`",
                metadata: ["code": "reload.watch", "reason": .string("\(error)")])
            try? await gracefulShutdown()
            return
        }
        state.withLock { $0.watch = .watching }
        defer {
            watcher.stop()
            state.withLock { $0.watch = .off }
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            for await _ in watcher.changes { await reload(.watch) }
        } onCancelOrGracefulShutdown: {
            watcher.stop()
        }
    }

    private func startWatching() throws -> FileWatcher? {
        guard engine.generation.configuration.watchesFiles else { return nil }
        return try FileWatcher(loader.files, since: state.withLock(\.current.digest))
    }
}
