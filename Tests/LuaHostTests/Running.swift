import LuaHost

/// What the suites share: programs from a few lines of text, and calls with JSON written as literals.
enum Running {
    /// The usual limits, but for time: a busy machine is no reason to fail.
    static var generous: LuaLimits {
        var limits = LuaLimits()
        limits.cpu = .seconds(20)
        limits.wall = .seconds(60)
        return limits
    }

    static func program(
        _ text: String, libraries: [String: String] = [:], functions: [HostFunction] = [], limits: LuaLimits = generous
    ) throws -> LuaProgram {
        let sources = libraries.map { ($0.key, LuaSource(name: "scripts/lib/\($0.key).lua", $0.value)) }
        return try LuaProgram(
            entries: [LuaSource(name: "scripts/test.lua", text)],
            libraries: Dictionary(uniqueKeysWithValues: sources), functions: functions, limits: limits)
    }

    /// One call on a state of its own.
    static func call(
        _ text: String, _ arguments: [LuaArgument] = [], libraries: [String: String] = [:],
        functions: [HostFunction] = [], limits: LuaLimits = generous, change: (inout LuaCall) -> Void = { _ in }
    ) async throws -> LuaResult {
        let pool = LuaPool(program: try program(text, libraries: libraries, functions: functions, limits: limits))
        var call = LuaCall(entry: 0, arguments: arguments)
        change(&call)
        return try await pool.lease().call(call)
    }

    /// The result of a chunk as text.
    static func chunk(
        _ text: String, functions: [HostFunction] = [], limits: LuaLimits = generous
    ) async throws -> String {
        try await call(text, functions: functions, limits: limits) { $0.mode = .chunk }.text
    }

    /// The failure of a chunk; `nil` when it succeeds.
    static func failure(
        _ text: String, functions: [HostFunction] = [], limits: LuaLimits = generous
    ) async throws -> LuaFailure? {
        do {
            _ = try await chunk(text, functions: functions, limits: limits)
            return nil
        } catch let failure as LuaFailure {
            return failure
        }
    }

    static func json(_ name: StaticString, _ text: String) -> LuaArgument { .json(name, Array(text.utf8)) }
}

extension LuaResult {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
