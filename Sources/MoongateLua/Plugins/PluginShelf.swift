import Moongate
import MoongateTokens

/// The folder `plugins/` as it was at one moment: every plugin that is there.
public struct PluginShelf: Sendable {
    private static let mostFolders = 256

    /// By their ids.
    public private(set) var folders: [String: PluginFolder] = [:]
    /// Why the folder as a whole cannot be read.
    public private(set) var failures: [ScriptFailure] = []

    /// An empty one.
    public init() {}

    /// Reads a folder; one that is not there is empty. Names that no plugin can have are passed over, `README.md` first
    /// of all.
    public static func read(_ directory: String) -> PluginShelf {
        var shelf = PluginShelf()
        do {
            guard let root = try RootDirectory(directory) else { return shelf }
            for id in try folderNames(root) { shelf.folders[id] = PluginFolder(id, in: root) }
        } catch let refusal as FileRefusal {
            shelf.failures = [ScriptFailure(code: refusal.code, message: refusal.message, script: "plugins")]
        } catch {
            shelf.failures = [ScriptFailure(code: "file.unreadable", message: "cannot be read", script: "plugins")]
        }
        return shelf
    }

    /// The ids of the folders that are there, for who only watches them.
    public static func ids(_ directory: String) -> [String] {
        guard let root = try? RootDirectory(directory) else { return [] }
        return (try? folderNames(root)) ?? []
    }

    private static func folderNames(_ root: RootDirectory) throws -> [String] {
        Array(try (root.names(in: "") ?? []).filter(PluginEntry.isID).prefix(mostFolders))
    }

    /// SHA-256 over all that was read.
    public var digest: [UInt8] {
        var bytes = SHA256.hash(failures.map(\.description).joined())
        for (id, folder) in folders.sorted(by: { $0.key < $1.key }) {
            bytes += SHA256.hash(id) + folder.digest
        }
        return SHA256.hash(bytes)
    }
}
