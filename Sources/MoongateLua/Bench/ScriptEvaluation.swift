import Logging
import LuaHost
import Moongate

/// Runs one file in the sandbox, outside any request: `moongate eval`.
public enum ScriptEvaluation {
    /// What the chunk returns, as JSON; `null` when it returns nothing.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - folder: Where `lib/` is looked for, which `require` finds; `nil` for none.
    ///   - limits: The budgets, those of a hook.
    ///   - logger: Takes what the script logs.
    /// - Throws: ``Moongate/ScriptFailure``.
    public static func run(
        _ source: LuaSource, in folder: String? = nil, limits: ScriptLimits, logger: Logger
    ) async throws -> [UInt8] {
        let functions = HostFunction.forHooks(
            ScriptOwner(id: ScriptOwner.site, needs: ScriptNeeds(), limits: limits),
            HostServices(clock: SystemClock(), logger: logger))
        do {
            let (libraries, data) = try libraries(folder)
            let program = try LuaProgram(
                entries: [source], libraries: libraries, dataLibraries: data, libraryFolder: "lib",
                functions: functions, limits: LuaLimits(limits))
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

    private static func libraries(
        _ folder: String?
    ) throws -> (code: [String: LuaSource], data: [String: LuaSource]) {
        guard let folder, let root = try? RootDirectory(folder) else { return ([:], [:]) }
        var reading = ScriptReading(root, folder: folder)
        let libraries = reading.libraries()
        if let failure = reading.failures.first { throw failure }
        return libraries
    }
}
