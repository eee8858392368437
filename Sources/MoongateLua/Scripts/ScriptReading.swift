import LuaHost
import Moongate

/// Reads the files of one owner through the handle of a folder, and collects what is wrong with them on the way.
struct ScriptReading {
    /// Bytes of one file.
    static let largestFile = ScriptSet.largestFile
    /// Files of one owner.
    static let mostFiles = ScriptSet.mostFiles

    /// As names of files begin in errors: `scripts`, `plugins/audit`.
    let folder: String
    /// The same folder as the handle knows it: empty for the handle's own, or `audit`.
    let prefix: String
    private let root: RootDirectory
    private(set) var failures: [ScriptFailure] = []
    /// Files that everybody on this machine may write to.
    private(set) var openToAll: [String] = []
    private var count = 0

    init(_ root: RootDirectory, folder: String, prefix: String = "") {
        self.root = root
        self.folder = folder
        self.prefix = prefix
    }

    /// The names in a folder below, sorted; none where there is no such folder.
    mutating func names(in path: String) -> [String] {
        do {
            return try root.names(in: below(path)) ?? []
        } catch let refusal as FileRefusal {
            refuse(path.isEmpty ? nil : path, refusal.code, refusal.message)
        } catch {
            refuse(path.isEmpty ? nil : path, "file.unreadable", "cannot be listed")
        }
        return []
    }

    /// The Lua files of `lib/` by the names that `require` takes: `roles` for code, `roles.data` for a table that is made
    /// once and then only read.
    mutating func libraries() -> (code: [String: LuaSource], data: [String: LuaSource]) {
        var code: [String: LuaSource] = [:]
        var data: [String: LuaSource] = [:]
        for file in names(in: "lib") where file.hasSuffix(".lua") {
            let isData = file.hasSuffix(".data.lua")
            let name = String(file.dropLast(4))
            let stem = isData ? name.dropLast(5) : name[...]
            let path = "lib/\(file)"
            guard (1...64).contains(stem.utf8.count), stem.utf8.allSatisfy(\.isLibraryNameByte) else {
                refuse(path, "script.name", "a library's name is made of letters, digits, `-` and `_`")
                continue
            }
            guard let source = read(path) else { continue }
            if isData { data[name] = source } else { code[name] = source }
        }
        return (code, data)
    }

    /// The Lua files of `rules/`.
    mutating func rules() -> [LuaSource] {
        names(in: "rules").filter { $0.hasSuffix(".lua") }.compactMap { file in
            let name = file.dropLast(4)
            guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(\.isLibraryNameByte) else {
                refuse("rules/\(file)", "script.name", "its name is made of letters, digits, `-` and `_`")
                return nil
            }
            return read("rules/\(file)")
        }
    }

    /// The files of `spec/` that hold tests.
    mutating func specs() -> [LuaSource] {
        names(in: "spec").filter { $0.hasSuffix("_spec.lua") }.compactMap { read("spec/\($0)") }
    }

    /// One file's bytes, read once; `nil` where there is none, and where it cannot be read.
    mutating func read(_ path: String) -> LuaSource? {
        count += 1
        guard count <= Self.mostFiles else {
            if count == Self.mostFiles + 1 {
                refuse(path, "script.tooMany", "there are more than \(Self.mostFiles) files")
            }
            return nil
        }
        do {
            // A file that vanished since it was listed: whoever moved it will be seen by the next reading.
            guard let text = try root.read(below(path), limit: Self.largestFile) else { return nil }
            let name = "\(folder)/\(path)"
            if root.isWritableByAnyone(below(path)) { openToAll.append(name) }
            return LuaSource(name: name, text: text)
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

    private func below(_ path: String) -> String {
        prefix.isEmpty ? path : path.isEmpty ? prefix : "\(prefix)/\(path)"
    }
}

extension UInt8 {
    fileprivate var isLibraryNameByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }
}
