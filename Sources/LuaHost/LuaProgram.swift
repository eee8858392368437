/// Scripts, libraries, constants and host functions that belong together: one owner's code, immutable. A new version is
/// a new program with a new pool; calls in flight end on the old one.
public final class LuaProgram: Sendable {
    /// The scripts that can be called, by their index.
    public let entries: [LuaSource]
    /// What `require` finds, by name.
    public let libraries: [String: LuaSource]
    /// Libraries that are data, by the name that `require` takes.
    public let dataLibraries: [String: LuaSource]
    /// The budgets of each call.
    public let limits: LuaLimits
    let constants: [String: [UInt8]]
    let libraryFolder: String
    let seed: UInt64?
    let functions: [HostFunction]
    /// What the data libraries returned, as JSON.
    let data: [String: [UInt8]]

    /// Compiles everything once to see that it compiles; runs nothing but the data libraries.
    ///
    /// A data library runs here, once, within the limits of one call and with no host function, constant or other data
    /// library; every state then holds what it returned. That is a table of plain data, refused for the same reasons as
    /// a result, but that an object may have 20,000 keys and all of it 1 MiB as JSON.
    ///
    /// Constants and what data libraries returned cannot be changed by a script, at no level. Reading, `#`, `ipairs`,
    /// `pairs`, `next`, `table.concat`, `table.unpack`, passing on and returning work as with other tables.
    ///
    /// - Parameters:
    ///   - entries: Scripts that are called, by their index.
    ///   - libraries: What `require` finds, by name. Each is run at most once a call.
    ///   - dataLibraries: By the name that `require` takes: `countries.data` for `lib/countries.data.lua`.
    ///   - constants: Globals, by name, each as one JSON document; `{"@<kind>": payload}` in it is a handle.
    ///   - libraryFolder: Where messages say that `require` looked.
    ///   - seed: Where `math.random` begins in each state: for tests. `nil`: numbers that nobody can foretell.
    /// - Throws: ``LuaHostError`` with all that is wrong.
    public init(
        entries: [LuaSource], libraries: [String: LuaSource] = [:], dataLibraries: [String: LuaSource] = [:],
        constants: [String: [UInt8]] = [:], libraryFolder: String = "scripts/lib", functions: [HostFunction] = [],
        limits: LuaLimits = .init(), seed: UInt64? = nil
    ) throws {
        self.entries = entries
        self.libraries = libraries
        self.dataLibraries = dataLibraries
        self.constants = constants
        self.libraryFolder = libraryFolder
        self.seed = seed
        self.limits = limits
        self.functions = functions
        let (data, dataFailures) = LuaProgram.data(dataLibraries, beside: libraries, in: libraryFolder, limits)
        self.data = data
        let failures = dataFailures + LuaState.problems(of: self)
        guard failures.isEmpty else { throw LuaHostError(failures: failures) }
    }

    /// A program of one of the entries with everything else that is here, but other budgets.
    /// - Throws: ``LuaHostError``.
    public func alone(_ entry: Int, limits: LuaLimits) throws -> LuaProgram {
        try LuaProgram(
            entries: [entries[entry]], libraries: libraries, dataLibraries: dataLibraries, constants: constants,
            libraryFolder: libraryFolder, functions: functions, limits: limits, seed: seed)
    }

    /// Everything a script of this program can reach, one `name: type` each, sorted.
    public func reachable() throws -> [String] {
        try LuaState(self).reachable()
    }
}
