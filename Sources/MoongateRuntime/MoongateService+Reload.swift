import Logging
import Moongate
import MoongateLua

extension MoongateService {
    /// Reads the files again and swaps the generation, all or nothing. Requests under way end on the one that they
    /// began with.
    ///
    /// One change of the generation at a time, whoever asks for it: who comes meanwhile waits, and then has the files
    /// looked at anew.
    /// - Parameter trigger: What the log and `moongate status` call the reason.
    @discardableResult
    public func reload(_ trigger: ReloadTrigger = .program) async -> ReloadOutcome {
        await turn.run { [self] in
            let began = ContinuousClock.now
            let outcome = await reloadNow(trigger)
            // Whoever asks for a reload may have renamed the log.
            if trigger != .watch { decisions.reopen() }
            let report = ReloadReport(
                time: engine.ports.clock.now(), trigger: trigger, outcome: outcome, duration: .now - began)
            state.withLock { $0.note(report) }
            SiteMetrics().report(report)
            tellDeveloper(outcome)
            return outcome
        }
    }

    /// The start page of development mode says why what was saved is not to be seen.
    private func tellDeveloper(_ outcome: ReloadOutcome) {
        switch outcome {
        case .refused(let problems):
            engine.refusedFiles = problems.map(\.description).joined(separator: "\n")
        case .installed, .unchanged: engine.refusedFiles = nil
        case .held: break
        }
    }

    private func reloadNow(_ trigger: ReloadTrigger) async -> ReloadOutcome {
        if trigger == .watch {
            let digest = loader.files.digest()
            guard state.withLock({ $0.admits(digest) }) else {
                logger.info("Not reloaded: these files were rolled back from")
                return .held
            }
        } else {
            state.withLock { $0.held = [] }
        }
        let current = state.withLock(\.current)
        do {
            guard let next = try await settled(after: current) else { return .unchanged }
            let generation = try Self.generation(next, hooks, port: developmentPort)
            try decisions.use(next.configuration.decisions)
            engine.install(generation)
            // What an entry that the history lets go has counted must not go with it.
            reportMetricsNow()
            let time = engine.ports.clock.now()
            state.withLock { $0.history.install(next, at: time, by: trigger) }
            current.runner?.rest()
            next.warn(configPath: loader.configPath, logger)
            next.warnOfMissingNames(logger)
            let secrets = SecretsChange(from: current, to: next)
            logger.info(
                "Reloaded",
                metadata: [
                    "generation": .string(next.id), "before": .string(current.id), "trigger": .string(trigger.rawValue),
                    "otherSecrets": .stringConvertible(secrets != nil),
                ])
            if let reason = secrets?.afterReload {
                logger.warning(
                    "Reloaded with other secrets",
                    metadata: ["code": "reload.secrets", "reason": .string(reason), "generation": .string(next.id)])
            }
            return .installed(id: next.id)
        } catch {
            let problems = ReloadProblem.all(error, configuration: loader.configPath)
            log(problems, "Reload refused: the generation before goes on", keeping: current)
            return .refused(problems)
        }
    }

    private func settled(after current: LoadedGeneration) async throws -> LoadedGeneration? {
        let reading = SettledReading(
            digest: loader.files.digest, load: { [loader] in try await loader.reload(after: current) },
            serving: current.secretFiles)
        return try await reading.result(of: loader.configPath)
    }

    /// Serves an earlier generation again, as it was: no file is read. The files that were rolled back from are passed
    /// over by the watcher until their bytes change, or an explicit reload asks for them.
    @discardableResult
    public func rollBack(to target: RollbackTarget = .steps(1)) async -> RollbackOutcome {
        await turn.run { [self] in
            do {
                let id = try rollBackNow(target)
                SiteMetrics().reportRollback("installed")
                return .installed(id: id)
            } catch {
                SiteMetrics().reportRollback("refused")
                let problem = ReloadProblem.all(error, configuration: loader.configPath)[0]
                log([problem], "Rollback refused: what serves goes on", keeping: state.withLock(\.current))
                return .refused(problem)
            }
        }
    }

    /// The id of the generation that serves now.
    private func rollBackNow(_ target: RollbackTarget) throws -> String {
        let (current, found) = state.withLock { ($0.current, $0.history.target(target)) }
        guard let entry = found else { throw noTarget(target) }
        let next = entry.loaded
        let fixed = current.needsRestart(for: next.configuration)
        guard fixed.isEmpty else { throw ReloadRefusal(code: "reload.needsRestart", names: fixed) }
        let generation = try Self.generation(next, hooks, port: developmentPort)
        try next.runner?.warm(1)
        try decisions.use(next.configuration.decisions)
        engine.install(generation)
        let onDisk = loader.files.digest()
        let time = engine.ports.clock.now()
        state.withLock { $0.rollBack(to: entry, at: time, onDisk: onDisk) }
        current.runner?.rest()
        logger.warning(
            "Rolled back", metadata: ["generation": .string(next.id), "before": .string(current.id)])
        if let reason = SecretsChange(from: current, to: next)?.afterRollback {
            logger.warning(
                "Rolled back to other secrets",
                metadata: ["code": "rollback.secrets", "reason": .string(reason), "generation": .string(next.id)])
        }
        return next.id
    }

    private func noTarget(_ target: RollbackTarget) -> ScriptFailure {
        let (current, kept) = state.withLock { ($0.current.id, $0.history.earlier) }
        let names = kept.reversed().map { $0.loaded.id + ($0.isWithdrawn ? " (rolled back from)" : "") }
        let list = names.isEmpty ? "none is kept" : "kept are \(names.joined(separator: ", "))"
        switch target {
        case .generation(let id) where current.hasPrefix(id):
            return ScriptFailure(code: "rollback.current", message: "\(current) serves already; \(list)")
        case .generation(let id):
            return ScriptFailure(
                code: "rollback.unknown", message: "no earlier generation, or more than one, begins with \(id); \(list)"
            )
        case .steps(let count):
            let what =
                count == 1 ? "there is no earlier generation to go back to" : "there are not \(count) to go back to"
            return ScriptFailure(code: "rollback.none", message: "\(what); \(list)")
        }
    }

    /// One log line for each problem: the files are as they are, and what ran before runs on.
    private func log(_ problems: [ReloadProblem], _ message: Logger.Message, keeping kept: LoadedGeneration) {
        for problem in problems {
            var metadata: Logger.Metadata = [
                "code": .string(problem.code), "reason": .string(problem.message), "generation": .string(kept.id),
            ]
            metadata["script"] = problem.file.map { .string($0) }
            metadata["line"] = problem.line.map { .stringConvertible($0) }
            logger.error(message, metadata: metadata)
        }
    }
}
