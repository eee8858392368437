import LuaHost
import Moongate

extension ScriptSet {
    /// Reads a folder of scripts: one file per hook, `rules/` for access rules,
    /// `lib/` for what they share, `spec/` for their tests. A folder that is
    /// not there is an empty set. Nothing is compiled yet.
    ///
    /// Each file is read once, through a handle of the folder: regular files beneath it only, so neither a link nor a
    /// rename while it reads can bring another file in. The folder itself may be a link.
    /// - Throws: ``ScriptSetError`` with every file that cannot be used.
    public static func load(_ directory: String) throws -> ScriptSet {
        do {
            guard let root = try RootDirectory(directory) else { return ScriptSet() }
            var reading = ScriptReading(root, folder: "scripts")
            let set = ScriptSet(&reading)
            guard reading.failures.isEmpty else { throw ScriptSetError(reading.failures) }
            return set
        } catch let refusal as FileRefusal {
            throw ScriptSetError([ScriptFailure(code: refusal.code, message: refusal.message, script: "scripts")])
        }
    }

    private init(_ reading: inout ScriptReading) {
        self.init()
        for file in reading.names(in: "") where file.hasSuffix(".lua") {
            let name = String(file.dropLast(4))
            if name == HookName.rules.rawValue {
                if let source = reading.read(file) { rules.append(source) }
            } else if let hook = HookName(rawValue: name) {
                if let source = reading.read(file) { hooks[hook] = source }
            } else {
                Self.refuseName(file, name, &reading)
            }
        }
        rules += reading.rules()
        (libraries, dataLibraries) = reading.libraries()
        specs = reading.specs()
        openToAll = reading.openToAll
    }

    private static func refuseName(_ file: String, _ name: String, _ reading: inout ScriptReading) {
        let names = HookName.allCases.map(\.rawValue)
        if let nearest = NearestName.of(name, among: names) {
            reading.refuse(file, "script.unknown", "is not the name of a hook; did you mean `\(nearest).lua`?")
        } else {
            let known = names.map { "\($0).lua" }.joined(separator: ", ")
            reading.refuse(
                file, "script.unknown", "is not the name of a hook (\(known)); shared code belongs into lib/")
        }
    }
}
