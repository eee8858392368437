/// Scripts, libraries and host functions that belong together: one owner's code, immutable. A new version is a new
/// program with a new pool; calls in flight end on the old one.
public final class LuaProgram: Sendable {
    /// The scripts that can be called, by their index.
    public let entries: [LuaSource]
    /// What `require` finds, by name.
    public let libraries: [String: LuaSource]
    /// The budgets of each call.
    public let limits: LuaLimits
    let functions: HostFunctions

    /// Compiles everything once to see that it compiles; runs nothing.
    ///
    /// - Parameters:
    ///   - entries: Scripts that are called, by their index.
    ///   - libraries: What `require` finds, by name. Each is run at most once a call.
    /// - Throws: ``LuaHostError`` with all that is wrong.
    public init(
        entries: [LuaSource], libraries: [String: LuaSource] = [:], functions: [HostFunction] = [],
        limits: LuaLimits = .init()
    ) throws {
        self.entries = entries
        self.libraries = libraries
        self.limits = limits
        self.functions = HostFunctions(functions)
        let failures = LuaState.problems(of: self)
        guard failures.isEmpty else { throw LuaHostError(failures: failures) }
    }

    /// Everything a script of this program can reach, one `name: type` each, sorted.
    public func reachable() throws -> [String] {
        try LuaState(self).reachable()
    }
}

/// The functions by their number. What the bridge gets as its context; a state keeps its program, so it outlives calls.
final class HostFunctions: Sendable {
    let all: [HostFunction]

    init(_ all: [HostFunction]) { self.all = all }
}
