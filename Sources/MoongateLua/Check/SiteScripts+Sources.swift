import LuaHost
import Moongate

extension SiteScripts {
    /// `plugin.lua` of every plugin that a configuration names.
    package func manifests(of parsed: ParsedConfiguration?) -> [LuaSource] {
        (parsed?.configuration.plugins ?? []).compactMap { shelf.folders[$0.id]?.manifest }
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
