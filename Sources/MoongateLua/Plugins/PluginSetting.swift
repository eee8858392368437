import Moongate
import MoongateTokens

/// One setting that a plugin's manifest declares in `config`.
public struct PluginSetting: Sendable, Equatable {
    /// As config.lua writes it.
    public let name: String
    /// What it may be.
    public let shape: SettingShape
    /// Whether config.lua has to say it.
    public let isRequired: Bool
    /// What it is where config.lua says nothing; `nil` for absent.
    public let standard: JSONValue?
    /// For who configures the plugin.
    public let description: String?

    /// Reads `{ type = …, required = …, default = …, description = …, … }`. Mistakes go to its problems.
    init?(_ name: String, _ table: ConfigurationTable) {
        table.allow(["type", "required", "default", "description", "min", "max", "values", "items"])
        let isRequired = table.bool("required") ?? false
        let description = table.string("description")
        guard let shape = SettingShape(table) else { return nil }
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.description = description
        guard let standard = table["default"] else {
            self.standard = nil
            return
        }
        if isRequired {
            table.problems.add("config.conflict", table.path("default"), "a required setting needs no default")
        }
        if shape.holdsSecret {
            table.problems.add("config.conflict", table.path("default"), "a secret has no default")
        }
        self.standard = shape.check(standard, path: table.path("default"), table.problems)
    }
}

extension SettingShape {
    /// Whether a secret stands in it somewhere.
    var holdsSecret: Bool { kind == .secret || items.contains(where: \.holdsSecret) }
    /// Whether URLs stand in it.
    var holdsURL: Bool { kind == .url || items.contains(where: \.holdsURL) }
}
