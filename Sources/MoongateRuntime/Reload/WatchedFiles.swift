import MoongateLua
import MoongateTokens

/// A folder that a watcher looks at.
struct WatchedFolder: Hashable {
    /// Which names in it count.
    enum Kind {
        /// Where config.lua lies: it holds the database, too, which changes all the time.
        case site
        /// Lua files and the folders `lib`, `rules` and `spec`: `scripts/` and each plugin's.
        case scripts
        /// Where each folder is a plugin.
        case plugins
    }

    let path: String
    let kind: Kind
}

/// The files of a generation as a watcher sees them: which folders to look at, which names in them count, and whether
/// the bytes are still the same.
public struct WatchedFiles: Sendable {
    let directory: String
    let configName: String
    let usesScripts: Bool

    /// The files beside and including `configPath`.
    public init(configPath: String, usesScripts: Bool = true) {
        let slash = configPath.lastIndex(of: "/")
        directory = slash.map { $0 == configPath.startIndex ? "/" : String(configPath[..<$0]) } ?? "."
        configName = slash.map { String(configPath[configPath.index(after: $0)...]) } ?? configPath
        self.usesScripts = usesScripts
    }

    /// Where the scripts lie.
    var scriptsFolder: String { directory == "." ? "scripts" : "\(directory)/scripts" }

    /// The outermost first. Those that are not there now may come later.
    var folders: [WatchedFolder] {
        let site = WatchedFolder(path: directory, kind: .site)
        guard usesScripts else { return [site] }
        let plugins = "\(directory)/plugins"
        return [site, WatchedFolder(path: plugins, kind: .plugins)]
            + Self.code("\(directory)/scripts") + [WatchedFolder(path: "\(directory)/scripts/rules", kind: .scripts)]
            + PluginShelf.ids(plugins).flatMap { Self.code("\(plugins)/\($0)") }
    }

    private static func code(_ path: String) -> [WatchedFolder] {
        ["", "/lib", "/spec"].map { WatchedFolder(path: path + $0, kind: .scripts) }
    }

    /// Whether a change of `name` in a folder may be one of ours.
    func isRelevant(_ name: String, in kind: WatchedFolder.Kind) -> Bool {
        // Mounted configurations are swapped by renaming links with such names.
        if name.hasPrefix("..") { return true }
        switch kind {
        case .site:
            return name == configName || name == ".env" || (usesScripts && ["scripts", "plugins"].contains(name))
        case .scripts: return name.hasSuffix(".lua") || ["lib", "rules", "spec"].contains(name)
        case .plugins: return !name.hasPrefix(".")
        }
    }

    /// A digest over all bytes, as ``LoadedGeneration/digest``. Files that cannot be read have one of their own, so a
    /// change to and from that is seen.
    func digest() -> [UInt8] {
        let config = (try? ConfigFile.read("\(directory)/\(configName)"))?.digest ?? []
        return SHA256.hash(config + (usesScripts ? SiteScripts.read(directory) : SiteScripts()).digest)
    }
}
