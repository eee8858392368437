import Moongate
import MoongateTokens

/// Whose scripts run: the site itself, or one plugin. Code, permissions, values and budgets belong to an owner, and
/// nothing passes from one to another but what a hook returns.
public struct ScriptOwner: Sendable {
    /// `scripts` for the site's own, else the plugin's id.
    public let id: String
    /// What its scripts may use.
    public let needs: ScriptNeeds
    /// The budgets of each of its calls.
    public let limits: ScriptLimits
    /// A plugin's settings, checked and complete; `nil` for the site's own scripts.
    public let config: JSONValue?

    /// The id of the site's own scripts.
    public static let site = "scripts"

    /// An owner from its parts.
    public init(id: String, needs: ScriptNeeds, limits: ScriptLimits, config: JSONValue? = nil) {
        self.id = id
        self.needs = needs
        self.limits = limits
        self.config = config
    }
}
