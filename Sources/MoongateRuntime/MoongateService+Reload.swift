import Logging
import Moongate
import MoongateLua

extension MoongateService {
    /// What became of a reload.
    public enum ReloadOutcome: Sendable, Equatable {
        /// The files are those that run already.
        case unchanged
        /// Requests that begin now are given this generation.
        case installed(id: String)
        /// Another reload was under way; it looks at the files once more before it ends.
        case joined
        /// The generation before goes on; these are the reasons, with places.
        case refused([String])
    }

    /// Reads the files again and swaps the generation, all or nothing. Requests under way end on the one they began with.
    ///
    /// One reload at a time, whoever asks (the watcher, SIGHUP, an embedder): otherwise the slower of two could put older
    /// files over newer ones.
    @discardableResult
    public func reload() async -> ReloadOutcome {
        guard turn.withLock({ $0.take() }) else { return .joined }
        var outcome = await reloadOnce()
        while turn.withLock({ $0.again() }) { outcome = await reloadOnce() }
        return outcome
    }

    private func reloadOnce() async -> ReloadOutcome {
        do {
            let current = loaded.withLock { $0 }
            guard let next = try await loader.reload(after: current) else { return .unchanged }
            let generation = try Self.generation(next, hooks, port: developmentPort)
            engine.install(generation)
            loaded.withLock { $0 = next }
            next.warn(configPath: loader.configPath, logger)
            logger.info("Reloaded", metadata: ["generation": .string(next.id)])
            return .installed(id: next.id)
        } catch {
            report(error)
            return .refused(SiteError(error, configuration: loader.configPath).problems)
        }
    }

    /// One log line for each problem: the files are as they are, and what ran before runs on.
    private func report(_ error: any Error) {
        let kept: Logger.MetadataValue = .string(loaded.withLock(\.id))
        guard let scripts = error as? ScriptSetError else {
            let problems = SiteError(error, configuration: loader.configPath).problems
            for problem in problems {
                let code = (error as? ReloadRefusal)?.code ?? "reload.refused"
                logger.error(
                    "Reload refused: the generation before goes on",
                    metadata: ["code": .string(code), "reason": .string(problem), "generation": kept])
            }
            return
        }
        for failure in scripts.failures {
            var metadata: Logger.Metadata = [
                "code": .string(failure.code), "reason": .string(failure.message), "generation": kept,
            ]
            metadata["script"] = failure.script.map { .string($0) }
            metadata["line"] = failure.line.map { .stringConvertible($0) }
            logger.error("Reload refused: the generation before goes on", metadata: metadata)
        }
    }
}

/// Whose turn it is to reload.
enum ReloadTurn {
    case idle, running, askedAgain

    /// Whether the caller reloads; who comes while somebody does has it done by them.
    mutating func take() -> Bool {
        guard case .idle = self else {
            self = .askedAgain
            return false
        }
        self = .running
        return true
    }

    /// Whether somebody came meanwhile; gives the turn back otherwise.
    mutating func again() -> Bool {
        guard case .askedAgain = self else {
            self = .idle
            return false
        }
        self = .running
        return true
    }
}
