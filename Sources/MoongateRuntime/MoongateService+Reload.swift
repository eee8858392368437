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
        /// The generation before goes on; these are the reasons, with places.
        case refused([String])
    }

    /// Reads the files again and swaps the generation, all or nothing. Requests under way end on the one they began with.
    @discardableResult
    public func reload() async -> ReloadOutcome {
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
