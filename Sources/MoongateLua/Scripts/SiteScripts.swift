import Moongate
import MoongateTokens

/// Everything in Lua beside `config.lua`, as it was at one moment: the site's own scripts and every plugin's folder,
/// named in the configuration or not. What cannot be read is kept as a failure, so that all can be told at once.
public struct SiteScripts: Sendable {
    /// The site's own; empty where they cannot be used.
    public private(set) var scripts = ScriptSet()
    /// What is wrong with the site's own.
    public private(set) var failures: [ScriptFailure] = []
    /// `plugins/`.
    public private(set) var shelf = PluginShelf()

    /// Nothing: what a site has under `--no-scripts`.
    public init() {}

    /// Reads `scripts/` and `plugins/` of a site's folder.
    public static func read(_ directory: String) -> SiteScripts {
        var site = SiteScripts()
        do {
            site.scripts = try ScriptSet.load("\(directory)/scripts")
        } catch let error as ScriptSetError {
            site.failures = error.failures
        } catch {
            site.failures = [ScriptFailure(code: "file.unreadable", message: "cannot be read", script: "scripts")]
        }
        site.shelf = PluginShelf.read("\(directory)/plugins")
        return site
    }

    /// SHA-256 over all that was read, failures too: a change to and from what cannot be read is one.
    public var digest: [UInt8] {
        let failed = failures.map(\.description).joined(separator: "\n")
        return SHA256.hash(scripts.digest + SHA256.hash(failed) + shelf.digest)
    }
}
