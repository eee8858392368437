import LuaHost
import Moongate

extension ScriptSet {
    /// Bytes of one file.
    static let largestFile = 256 << 10
    /// Files in the folder and in `lib/` together.
    static let mostFiles = 256

    /// Hooks that a file can be written for and that this version does not run.
    private static let unavailable = ["events", "rules"]
    private static let available: [HookName] = [.signIn, .redirect, .jwt, .session, .authorize]

    /// Reads a folder of scripts: one file per hook, and `lib/` for what they share. A folder that is not there is an
    /// empty set. Nothing is compiled yet.
    ///
    /// Each file is read once, through a handle of the folder: regular files beneath it only, so neither a link nor a
    /// rename while it reads can bring another file in. The folder itself may be a link.
    /// - Throws: ``ScriptSetError`` with every file that cannot be used.
    public static func load(_ directory: String) throws -> ScriptSet {
        var reading = ScriptReading(folder: "scripts")
        do {
            guard let root = try RootDirectory(directory) else { return ScriptSet() }
            try reading.readAll(root)
        } catch let refusal as FileRefusal {
            reading.refuse(nil, refusal.code, refusal.message)
        }
        guard reading.failures.isEmpty else { throw ScriptSetError(reading.failures) }
        return reading.set
    }

    /// Collects files and failures on the way.
    private struct ScriptReading {
        let folder: String
        var set = ScriptSet()
        var failures: [ScriptFailure] = []
        var count = 0

        mutating func readAll(_ root: RootDirectory) throws {
            for name in try root.names(in: "") ?? [] where name.hasSuffix(".lua") {
                readHook(root, name)
            }
            for name in try root.names(in: "lib") ?? [] where name.hasSuffix(".lua") {
                readLibrary(root, name)
            }
        }

        mutating func readHook(_ root: RootDirectory, _ file: String) {
            let name = String(file.dropLast(4))
            guard let hook = ScriptSet.available.first(where: { $0.rawValue == name }) else {
                return refuseName(file, name)
            }
            if let source = read(root, file) { set.hooks[hook] = source }
        }

        mutating func readLibrary(_ root: RootDirectory, _ file: String) {
            let name = String(file.dropLast(4))
            let path = "lib/\(file)"
            guard !name.hasSuffix(".data") else {
                return refuse(path, "script.unavailable", "data libraries are not available in this version")
            }
            guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(\.isLibraryNameByte) else {
                return refuse(path, "script.name", "a library's name is made of letters, digits, `-` and `_`")
            }
            if let source = read(root, path) { set.libraries[name] = source }
        }

        mutating func refuseName(_ file: String, _ name: String) {
            let names = ScriptSet.available.map(\.rawValue)
            if ScriptSet.unavailable.contains(name) {
                refuse(file, "script.unavailable", "`\(name)` is not available in this version")
            } else if let nearest = NearestName.of(name, among: names + ScriptSet.unavailable) {
                refuse(file, "script.unknown", "is not the name of a hook; did you mean `\(nearest).lua`?")
            } else {
                let known = names.map { "\($0).lua" }.joined(separator: ", ")
                refuse(file, "script.unknown", "is not the name of a hook (\(known)); shared code belongs into lib/")
            }
        }

        mutating func read(_ root: RootDirectory, _ path: String) -> LuaSource? {
            count += 1
            guard count <= ScriptSet.mostFiles else {
                if count == ScriptSet.mostFiles + 1 {
                    refuse(path, "script.tooMany", "there are more than \(ScriptSet.mostFiles) files")
                }
                return nil
            }
            do {
                // A file that vanished since it was listed: whoever moved it will be seen by the next reading.
                guard let text = try root.read(path, limit: ScriptSet.largestFile) else { return nil }
                return LuaSource(name: "\(folder)/\(path)", text: text)
            } catch let refusal as FileRefusal {
                refuse(path, refusal.code, refusal.message)
            } catch {
                refuse(path, "file.unreadable", "cannot be read")
            }
            return nil
        }

        mutating func refuse(_ path: String?, _ code: String, _ message: String) {
            let file = path.map { "\(folder)/\($0)" } ?? folder
            failures.append(ScriptFailure(code: code, message: message, script: file))
        }
    }
}

extension UInt8 {
    fileprivate var isLibraryNameByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }
}
