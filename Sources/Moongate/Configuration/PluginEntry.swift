import MoongateTokens

/// One entry of `plugins` in config.lua: a plugin that takes part, and what it is told.
public struct PluginEntry: Sendable, Equatable {
    /// The name of its folder in `plugins/`.
    public let id: String
    /// Its settings as written, secrets as ``ConfigurationMarker`` says. The plugin's manifest says what they must be.
    public let settings: [String: JSONValue]
    /// `plugins[2]`: how problems with it begin.
    public let path: String

    /// An entry from its parts.
    public init(id: String, settings: [String: JSONValue] = [:], path: String = "plugins") {
        self.id = id
        self.settings = settings
        self.path = path
    }

    /// Whether a text can be a plugin's id: also a folder's name, an owner of stored values and a label in metrics.
    /// `scripts` is the site's own.
    package static func isID(_ id: String) -> Bool {
        guard let first = id.utf8.first, (0x61...0x7A).contains(first), id.utf8.count <= 64, id != "scripts" else {
            return false
        }
        return id.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    package static let idRule =
        "a plugin's id begins with a lower-case letter and is made of those, digits and `-`, at most 64; "
        + "`scripts` is taken"
}
