import LuaHost
import Moongate
import MoongateTokens

extension PluginManifest {
    /// Runs `plugin.lua` in a sandbox where there is nothing to call, and checks what it returns.
    /// - Throws: ``ScriptSetError`` with all that is wrong, each with the file.
    static func evaluate(_ source: LuaSource, folder: String) async throws -> PluginManifest {
        let document = try await table(source)
        let problems = ConfigurationProblems()
        guard let manifest = PluginManifest(document, folder: folder, problems: problems) else {
            throw ScriptSetError(problems.errors.map { ScriptFailure($0, file: source.name) })
        }
        return manifest
    }

    private static func table(_ source: LuaSource) async throws -> JSONValue {
        do {
            let program = try LuaProgram(entries: [source], limits: LuaLimits())
            let lease = try LuaPool(program: program, states: 1, running: 1).lease()
            defer { lease.end() }
            var call = LuaCall(entry: 0, mode: .chunk)
            call.allowsNoValue = true
            call.resultName = "plugin"
            let result = try await lease.call(call)
            if result.kind == .object || result.kind == .array { return try JSONValue(parsing: result.bytes) }
            throw ScriptSetError([
                ScriptFailure(
                    code: "config.type", message: "must return one table: `return { id = …, … }`", script: source.name)
            ])
        } catch let error as LuaHostError {
            throw ScriptSetError(error.failures.map { ScriptFailure($0, file: source.name) })
        } catch let failure as LuaFailure {
            throw ScriptSetError([ScriptFailure(failure, file: source.name)])
        }
    }
}

extension ScriptFailure {
    /// A problem of a table in the words of a script's failure: with the file that it stands in.
    init(_ problem: ConfigurationProblem, file: String) {
        let message = problem.path.isEmpty ? problem.sentence : "\(problem.path): \(problem.sentence)"
        self.init(code: problem.code, message: message, script: file, line: problem.line)
    }
}
