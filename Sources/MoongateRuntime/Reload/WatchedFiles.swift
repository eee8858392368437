import MoongateLua
import MoongateTokens

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
    var folders: [String] {
        usesScripts ? [directory, "\(directory)/scripts", "\(directory)/scripts/lib"] : [directory]
    }

    /// Whether a change of `name` in a folder may be one of ours. The outermost folder holds the database, too, which
    /// changes all the time.
    func isRelevant(_ name: String, in folder: Int) -> Bool {
        // Mounted configurations are swapped by renaming links with such names.
        if name.hasPrefix("..") { return true }
        guard folder == 0 else { return name.hasSuffix(".lua") || name == "lib" }
        return name == configName || name == ".env" || (usesScripts && name == "scripts")
    }

    /// A digest over all bytes, as ``LoadedGeneration/digest``. Files that cannot be read have one of their own, so a
    /// change to and from that is seen.
    func digest() -> [UInt8] {
        let config = (try? ConfigFile.read("\(directory)/\(configName)"))?.digest ?? []
        do {
            let scripts = usesScripts ? try ScriptSet.load("\(directory)/scripts") : ScriptSet()
            return SHA256.hash(config + scripts.digest)
        } catch {
            return SHA256.hash(config + SHA256.hash("\(error)"))
        }
    }
}
