import LuaHost
import Moongate

extension SiteScripts {
    /// `plugin.lua` of every plugin that a configuration names.
    package func manifests(of parsed: ParsedConfiguration?) -> [LuaSource] {
        (parsed?.configuration.plugins ?? []).compactMap { shelf.folders[$0.id]?.manifest }
    }

    /// Files in a `spec/` that no test is looked for in, since their names do not say that they hold any.
    package func straySpecs(_ directory: String, of parsed: ParsedConfiguration?) -> [CheckProblem] {
        let folders = ["scripts"] + (parsed?.configuration.plugins ?? []).map { "plugins/\($0.id)" }
        return folders.flatMap { folder -> [CheckProblem] in
            guard let root = try? RootDirectory(directory), let names = try? root.names(in: "\(folder)/spec") else {
                return []
            }
            return names.filter { $0.hasSuffix(".lua") && !$0.hasSuffix("_spec.lua") }.map { name in
                CheckProblem(
                    .warning, code: "spec.name", message: "is not run: files of specs end in _spec.lua",
                    file: "\(folder)/spec/\(name)")
            }
        }
    }

    /// Every file of Lua that was read.
    package var sources: [LuaSource] {
        let own =
            Array(scripts.hooks.values) + scripts.rules + Array(scripts.libraries.values)
            + Array(scripts.dataLibraries.values)
            + scripts.specs
        return own
            + shelf.folders.values.flatMap { folder in
                [folder.manifest, folder.main].compactMap { $0 } + Array(folder.libraries.values)
                    + Array(folder.dataLibraries.values) + folder.specs
            }
    }
}

extension ConfigFile {
    /// The file's text, under the name that a report calls it by.
    package func source(named name: String) -> LuaSource { LuaSource(name: name, text: source.text) }
}
