import LuaHost
import Moongate

/// Looks at one owner's code, and says what would fail when it ran, and what it asks for and may not. None of it runs, but
/// for the top level of libraries where somebody wants to know what they have.
public struct OwnerCheck: Sendable {
    /// Where an owner's permissions are written down.
    public struct Needs: Sendable {
        /// `config.lua` or `plugins/audit/plugin.lua`.
        public let file: String
        /// `scripts.needs` or `needs`.
        public let path: String
        /// Where the keys stand.
        public let places: TablePlaces
        /// As they are written: without what settings add.
        public let declared: ScriptNeeds

        /// From its parts.
        public init(file: String, path: String, text: [UInt8], declared: ScriptNeeds) {
            self.file = file
            self.path = path
            places = TablePlaces(text)
            self.declared = declared
        }
    }

    private let scripts: OwnedScripts
    private let needs: Needs?

    /// - Parameter needs: `nil` where nobody can say what the owner may use: then everything is taken for allowed.
    public init(_ scripts: OwnedScripts, needs: Needs?) {
        self.scripts = scripts
        self.needs = needs
    }

    /// For a plugin that takes part.
    public init(_ plugin: Plugin) {
        let file = "plugins/\(plugin.folder.id)/plugin.lua"
        let needs = Needs(
            file: file, path: "needs", text: plugin.folder.manifest?.text ?? [], declared: plugin.manifest.needs)
        self.init(OwnedScripts(plugin), needs: needs)
    }

    /// For the site's own scripts. Without a configuration nobody knows what they may use.
    /// - Parameter name: As problems call `config.lua`.
    public init(_ files: SiteScripts, _ parsed: ParsedConfiguration?, _ config: ConfigFile, named name: String) {
        guard let configuration = parsed?.configuration else {
            self.init(OwnedScripts(site: files.scripts), needs: nil)
            return
        }
        let declared = configuration.scriptNeeds
        let needs = Needs(file: name, path: "scripts.needs", text: config.source.text, declared: declared)
        self.init(
            OwnedScripts(site: files.scripts, needs: declared, limits: configuration.scriptLimits), needs: needs)
    }

    /// Everything that is found, file by file, in the order of the lines.
    /// - Parameters:
    ///   - withSpecs: Looks at the owner's tests, too.
    ///   - asksLibraries: Loads the owner's libraries to see whether they have the functions that are called.
    public func problems(withSpecs: Bool = true, asksLibraries: Bool = true) -> [CheckProblem] {
        do {
            let every = try KnownNames.withEveryPermission(scripts.owner.id)
            let granted = needs == nil ? every : try KnownNames(scripts)
            return try all(granted, every, withSpecs ? scripts.specs : [], asksLibraries)
        } catch {
            // Only a machine that has no memory left comes here.
            return [CheckProblem(code: "script.memory", message: "\(error)", file: scripts.owner.id)]
        }
    }

    private func all(
        _ granted: KnownNames, _ every: KnownNames, _ specs: [LuaSource], _ asksLibraries: Bool
    ) throws -> [CheckProblem] {
        var problems: [CheckProblem] = []
        var usage = NeedsUsage()
        var libraryCalls = LibraryCalls()
        var isWhole = true
        let files = scripts.entries.map(\.source) + scripts.libraries.values.sorted { $0.name < $1.name }
        let specNames = specs.isEmpty ? granted : try KnownNames(specFunctions, constants: granted.globals)
        for source in files + specs {
            let isSpec = specs.contains { $0.name == source.name }
            let file = CheckedFile(source, libraries: Set(scripts.libraries.keys).union(scripts.dataLibraries.keys))
            switch file.facts(limits: scripts.owner.limits) {
            case .failure(let problem):
                problems.append(problem)
                isWhole = false
            case .success(let facts):
                libraryCalls.add(facts, file, scripts.libraries)
                let known = CheckedFile.Surroundings(
                    granted: isSpec ? specNames : granted, every: every, needs: needsPlace)
                var found = file.names(facts, in: known)
                if !isSpec, let needs { found += usage.add(facts, file, scripts.owner.needs, needs) }
                if let role = scripts.entries.first(where: { $0.source.name == source.name })?.role {
                    found += file.hooks(facts, role)
                    if let needs, !scripts.owner.needs.providerTokens { found += file.withheldTokens(role, needs) }
                }
                problems += Set(found).sorted {
                    ($0.line ?? 0, $0.column ?? 0, $0.code) < ($1.line ?? 0, $1.column ?? 0, $1.code)
                }
            }
        }
        if isWhole, asksLibraries { problems += libraryCalls.problems(scripts) }
        if isWhole, let needs { problems += usage.unused(needs) }
        return problems
    }

    private var needsPlace: String {
        needs.map { "\($0.path) in \($0.file)" } ?? "the list of permissions"
    }

    private var specFunctions: [HostFunction] {
        let world = SpecWorld(addresses: nil)
        return HostFunction.forHooks(scripts.owner, world.services) + HostFunction.forSpecs(world, fixtures: [:])
            + HostFunction.hooks(SpecHookSource(NoHooks()))
    }
}
