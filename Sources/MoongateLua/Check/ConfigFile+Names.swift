import LuaHost
import Moongate

extension ConfigFile {
    /// Names in the file that nothing is behind: `secrt "AUTH_SECRET"`.
    ///
    /// - Parameter name: What a report calls the file.
    package func nameProblems(as name: String) -> [CheckProblem] {
        LuaSource(name: name, text: source.text).nameProblems(HostFunction.forConfiguration(EnvironmentSecretSource()))
    }
}

extension LuaSource {
    /// For a file that is data, and may call these functions to make it. What does not compile says so when it runs.
    package func nameProblems(_ functions: [HostFunction] = []) -> [CheckProblem] {
        let file = CheckedFile(self, libraries: [])
        guard let known = try? KnownNames(functions), case .success(let facts) = file.facts(limits: ScriptLimits())
        else {
            return []
        }
        let repeats = TablePlaces(text).repeats.map { found in
            CheckProblem(
                code: "config.duplicateKey",
                message:
                    "\(found.path): stands twice in this table, first in line \(found.first.line), and only the last "
                    + "counts: take one away", file: name, line: found.second.line, column: found.second.column)
        }
        return repeats
            + Set(file.names(facts, in: .init(granted: known, every: known, needs: name))).sorted {
                ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
            }
    }
}
