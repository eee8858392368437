extension LuaProgram {
    /// Bytes of what one data library returns, as JSON.
    static let dataBytes = 1 << 20

    /// Runs every data library: what each returned, and what is wrong with the others.
    static func data(
        _ sources: [String: LuaSource], beside libraries: [String: LuaSource], in folder: String, _ limits: LuaLimits
    ) -> (data: [String: [UInt8]], failures: [LuaFailure]) {
        var data: [String: [UInt8]] = [:]
        var failures: [LuaFailure] = []
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            if libraries[name] != nil {
                let message = "\(name) is the name of another library"
                failures.append(LuaFailure(code: "script.error", message: message, script: source.name))
            }
            do {
                data[name] = try run(source, in: folder, limits)
            } catch let error as LuaHostError {
                failures += error.failures
            } catch let failure as LuaFailure {
                failures.append(failure)
            } catch {
                failures.append(LuaFailure(code: "script.error", message: "\(error)", script: source.name))
            }
        }
        return (data, failures)
    }

    /// In one slice to the end, with nothing to wait for: on the calling thread.
    private static func run(_ source: LuaSource, in folder: String, _ limits: LuaLimits) throws -> [UInt8] {
        var limits = limits
        limits.slices.firstSteps = 0
        limits.slices.laterSteps = 0
        limits.resultBytes = dataBytes
        let program = try LuaProgram(entries: [source], libraryFolder: folder, limits: limits)
        var call = LuaCall(entry: 0, mode: .chunk)
        call.allowsManyKeys = true
        call.resultName = "data"
        let state = try LuaState(program)
        state.begin(call)
        switch state.run().0 {
        case .returned(let result) where result.kind == .object || result.kind == .array: return result.bytes
        case .returned:
            throw LuaFailure(code: "hook.type", message: "a data library returns a table", script: source.name)
        case .failed(let failure): throw failure
        case .pending: throw LuaFailure(code: "script.steps", message: "took too long", script: source.name)
        }
    }
}
