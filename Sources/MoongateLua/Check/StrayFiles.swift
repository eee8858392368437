import Moongate

extension SiteScripts {
    /// Files that look as if they counted, and that nothing reads: specs whose names do not say so, and what lies in a
    /// folder of another name. A `forbid` that is never read forbids nothing.
    package func strayFiles(_ directory: String, of parsed: ParsedConfiguration?) -> [CheckProblem] {
        guard let root = try? RootDirectory(directory) else { return [] }
        let plugins = (parsed?.configuration.plugins ?? []).map { "plugins/\($0.id)" }
        return Self.stray(root, "scripts", folders: ["lib", "rules", "spec"])
            + plugins.flatMap { Self.stray(root, $0, folders: ["lib", "spec"]) }
    }

    private static func stray(_ root: RootDirectory, _ owner: String, folders: [String]) -> [CheckProblem] {
        let specs = names(root, "\(owner)/spec").filter { $0.hasSuffix(".lua") && !$0.hasSuffix("_spec.lua") }
        let badlyNamed = specs.map { name in
            CheckProblem(
                .warning, code: "spec.name", message: "is not run: files of specs end in _spec.lua",
                file: "\(owner)/spec/\(name)")
        }
        let unknown = names(root, owner).filter { !folders.contains($0) && hasScripts(root, "\(owner)/\($0)") }
        let elsewhere = unknown.map { name in
            let guess = NearestName.of(name, among: folders) ?? folders.first { name.hasPrefix($0) }
            let known = folders.map { "\(owner)/\($0)/" }.joined(separator: ", ")
            let hint = guess.map { "did you mean \(owner)/\($0)/?" } ?? "scripts are read from \(owner)/ and \(known)"
            return CheckProblem(
                .warning, code: "script.folder", message: "nothing in this folder is read; \(hint)",
                file: "\(owner)/\(name)/")
        }
        let below = folders.flatMap { folder in
            names(root, "\(owner)/\(folder)").map { "\(owner)/\(folder)/\($0)" }.filter { hasScripts(root, $0) }.map {
                CheckProblem(
                    .warning, code: "script.folder",
                    message: "nothing in this folder is read, only what lies in \(owner)/\(folder)/ itself",
                    file: "\($0)/")
            }
        }
        return badlyNamed + elsewhere + below
    }

    /// None for a file, and where there is nothing.
    private static func names(_ root: RootDirectory, _ path: String) -> [String] {
        (try? root.names(in: path)) ?? []
    }

    private static func hasScripts(_ root: RootDirectory, _ path: String) -> Bool {
        !path.hasSuffix(".lua") && names(root, path).contains { $0.hasSuffix(".lua") }
    }
}
