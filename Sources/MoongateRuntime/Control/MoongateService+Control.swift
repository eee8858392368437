import Logging
import Moongate
import MoongateTokens

/// Whether operators' commands reach a running site.
public enum ControlPlane: Sendable, Equatable {
    /// They do not.
    case off
    /// By the socket at ``ControlPath/standard(for:)``. Where it cannot be made the site runs without, and the log says
    /// so.
    case standard
    /// By a socket of this path. Where it cannot be made the site does not start.
    case path(String)
}

extension MoongateService {
    /// Begins to listen for operators' commands.
    /// - Throws: ``ControlError`` when the socket was asked for by its path and cannot be made.
    func openControl(_ plane: ControlPlane) throws -> ControlServer? {
        switch plane {
        case .off: return nil
        case .path(let path): return try listen(path)
        case .standard:
            do {
                return try listen(ControlPath.standard(for: loader.configPath))
            } catch let error as ControlError {
                logger.warning(
                    "No control socket: moongate reload, rollback and status do not reach this server; SIGHUP does",
                    metadata: ["code": .string(error.code), "reason": .string(error.message)])
                return nil
            }
        }
    }

    private func listen(_ path: String) throws -> ControlServer {
        logger.debug("Control socket", metadata: ["path": .string(path)])
        return try ControlServer(path) { [weak self] request in
            guard let self else { return .now(["error": ["code": "control.notRunning", "message": "it has ended"]]) }
            return answer(request)
        }
    }

    private func answer(_ request: ControlRequest) -> ControlAnswer {
        switch request {
        case .status: .now(.object(status()))
        case .reload: .later { [self] in await sayingOfSecrets({ $0.afterReload }) { answer(await reload(.command)) } }
        case .rollback(let target):
            .later { [self] in await sayingOfSecrets({ $0.afterRollback }) { answer(await rollBack(to: target)) } }
        }
    }

    /// The answer, with what it means that other secrets serve, if they do.
    private func sayingOfSecrets(
        _ meaning: (SecretsChange) -> String?, _ answer: () async -> JSONValue
    ) async -> JSONValue {
        let before = engine.generation.configuration.secrets
        let answer = await answer()
        guard var members = answer.objectValue,
            let change = SecretsChange(from: before, to: engine.generation.configuration.secrets)
        else { return answer }
        members["otherSecrets"] = true
        let notes = [meaning(change), members["note"]?.stringValue].compactMap { $0 }
        members["note"] = notes.isEmpty ? nil : .string(notes.joined(separator: "; "))
        return .object(members)
    }

    private func answer(_ outcome: ReloadOutcome) -> JSONValue {
        var members: [String: JSONValue] = [
            "outcome": .string(outcome.name), "generation": .string(state.withLock(\.current.id)),
        ]
        if case .installed(let id) = outcome { members["generation"] = .string(id) }
        if scriptsAreOff {
            members["note"] = "scripts are off: a start without --no-scripts takes them again, and a reload does not"
        }
        if case .refused(let problems) = outcome { members["problems"] = .array(problems.map(\.value)) }
        return .object(members)
    }

    private func answer(_ outcome: RollbackOutcome) -> JSONValue {
        switch outcome {
        case .installed(let id): ["outcome": "installed", "generation": .string(id)]
        case .refused(let problem):
            [
                "outcome": "refused", "generation": .string(state.withLock(\.current.id)),
                "problems": .array([problem.value]),
            ]
        }
    }
}

extension ReloadProblem {
    /// `{"code":…,"message":…,"file":…,"line":…}`; what is not known is left out.
    var value: JSONValue {
        var members: [String: JSONValue] = ["code": .string(code), "message": .string(message)]
        members["file"] = file.map(JSONValue.string)
        members["line"] = line.map { .integer(Int64($0)) }
        return .object(members)
    }
}
