import Moongate
import MoongateLua

/// What became of a reload.
public enum ReloadOutcome: Sendable, Equatable {
    /// The files are those that run already.
    case unchanged
    /// The files are still those that were rolled back from: only a change of their bytes, or an explicit reload, makes
    /// them count again.
    case held
    /// Requests that begin now are given this generation.
    case installed(id: String)
    /// The generation before goes on; these are the reasons, all of them.
    case refused([ReloadProblem])

    /// `unchanged`, `held`, `installed` or `refused`.
    public var name: String {
        switch self {
        case .unchanged: "unchanged"
        case .held: "held"
        case .installed: "installed"
        case .refused: "refused"
        }
    }
}

/// What became of a rollback.
public enum RollbackOutcome: Sendable, Equatable {
    /// Requests that begin now are given this generation, which served before.
    case installed(id: String)
    /// What serves goes on.
    case refused(ReloadProblem)
}

/// One reason why a generation cannot be installed.
public struct ReloadProblem: Sendable, Equatable, CustomStringConvertible {
    /// `script.syntax`, `config.unknownKey`, `reload.needsRestart`, …
    public let code: String
    /// What is wrong, in words, without the place.
    public let message: String
    /// The file, where it is one's.
    public let file: String?
    /// The line in it, counted from 1.
    public let line: Int?

    /// A problem from its parts.
    public init(code: String, message: String, file: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    public var description: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return "\(place)\(message) (\(code))"
    }

    /// The problems of whatever loading a site throws. Never empty.
    static func all(_ error: any Error, configuration: String) -> [ReloadProblem] {
        switch error {
        case let error as ScriptSetError: return error.failures.map(ReloadProblem.init)
        case let error as ScriptFailure: return [ReloadProblem(error)]
        case let error as ConfigurationError:
            return error.problems.map {
                ReloadProblem(
                    code: $0.code, message: $0.path.isEmpty ? $0.sentence : "\($0.path): \($0.sentence)",
                    file: configuration, line: $0.line)
            }
        case let error as ReloadRefusal: return [ReloadProblem(code: error.code, message: "\(error)")]
        case let error as SiteError:
            return error.problems.map { ReloadProblem(code: "reload.refused", message: $0) }
        default: return [ReloadProblem(code: "reload.refused", message: "\(error)", file: configuration)]
        }
    }

    private init(_ failure: ScriptFailure) {
        self.init(code: failure.code, message: failure.message, file: failure.script, line: failure.line)
    }
}

/// The last look at the files: when, why, and how it ended.
struct ReloadReport: Sendable {
    let time: Timestamp
    let trigger: ReloadTrigger
    let outcome: ReloadOutcome
    let duration: Duration
}
