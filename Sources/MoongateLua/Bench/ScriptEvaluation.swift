import Logging
import LuaHost
import Moongate

/// Runs one file in the sandbox, outside any request: `moongate eval`.
public enum ScriptEvaluation {
    /// What the chunk returns, as JSON; `null` when it returns nothing.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - limits: The budgets, those of a hook.
    ///   - logger: Takes what the script logs.
    /// - Throws: ``Moongate/ScriptFailure``.
    public static func run(_ source: LuaSource, limits: ScriptLimits, logger: Logger) async throws -> [UInt8] {
        let functions = HostFunction.forHooks(
            ScriptOwner(id: ScriptOwner.site, needs: ScriptNeeds(), limits: limits),
            HostServices(clock: SystemClock(), logger: logger))
        do {
            let program = try LuaProgram(entries: [source], functions: functions, limits: LuaLimits(limits))
            let lease = try LuaPool(program: program, states: 1, running: 1).lease()
            defer { lease.end() }
            var call = LuaCall(entry: 0, mode: .chunk)
            call.allowsNoValue = true
            let result = try await lease.call(call)
            return result.bytes.isEmpty ? Array("null".utf8) : result.bytes
        } catch let error as LuaHostError {
            throw error.failures.first.map { ScriptFailure($0, file: source.name) }
                ?? ScriptFailure(code: error.code, message: "the script does not compile", script: source.name)
        } catch let failure as LuaFailure {
            throw ScriptFailure(failure, file: source.name)
        }
    }
}
