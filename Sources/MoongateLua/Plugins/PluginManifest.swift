import Moongate
import MoongateTokens

/// What `plugin.lua` says: what a plugin is, what it takes part in, what it may use, and how it can be configured.
public struct PluginManifest: Sendable, Equatable {
    /// The version of this format, and of what scripts can call.
    public static let api: Int64 = 1

    /// The folder's name.
    public let id: String
    /// The plugin's own version, for people.
    public let version: String
    /// One line about it.
    public let summary: String
    /// What `init.lua` returns, by name.
    public let hooks: [HookName]
    /// What its scripts may use; hosts of ``hostSettings`` come on top.
    public let needs: ScriptNeeds
    /// Settings whose URLs name further hosts.
    let hostSettings: [ScriptNeeds.HostSetting]
    /// Budgets below the operator's.
    public let limits: ScriptLimits
    /// In the order of their names.
    public let settings: [PluginSetting]

    /// Reads a manifest's table.
    ///
    /// - Parameter folder: The name of the folder that it lies in.
    /// - Returns: `nil` after a problem was added.
    init?(_ document: JSONValue, folder: String, problems: ConfigurationProblems) {
        guard let table = ConfigurationTable(document, path: "", problems: problems) else { return nil }
        table.allow(["id", "version", "api", "summary", "hooks", "needs", "limits", "config"])
        id = Self.readID(table, folder: folder)
        version = Self.line(table, "version", atMost: 64, "as in \"1.0.0\"")
        summary = Self.line(table, "summary", atMost: 200, "one line about the plugin")
        Self.checkAPI(table)
        hooks = Self.readHooks(table)
        (needs, hostSettings) = table.table("needs").map(ScriptNeeds.read) ?? (ScriptNeeds(), [])
        limits = table.table("limits").map { ScriptLimits($0, over: .unlimited) } ?? .unlimited
        settings = Self.readSettings(table)
        checkHostSettings(problems)
        guard problems.errors.isEmpty else { return nil }
    }

    private static func readID(_ table: ConfigurationTable, folder: String) -> String {
        guard table["id"] != nil else {
            table.problems.add("config.missing", "id", "is the name of the folder: \"\(folder)\"")
            return folder
        }
        guard let id = table.string("id") else { return folder }
        if id != folder {
            table.problems.add("config.conflict", "id", "must be the name of the folder, \"\(folder)\", is \"\(id)\"")
        }
        return id
    }

    private static func line(_ table: ConfigurationTable, _ key: String, atMost limit: Int, _ example: String) -> String
    {
        guard table[key] != nil else {
            table.problems.add("config.missing", key, "is missing: \(example)")
            return ""
        }
        guard let text = table.nonEmptyString(key) else { return "" }
        if text.utf8.count > limit || text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            table.problems.add("config.value", key, "is one line of at most \(limit) bytes")
        }
        return text
    }

    private static func checkAPI(_ table: ConfigurationTable) {
        guard table["api"] != nil else {
            return table.problems.add("config.missing", "api", "is missing: api = \(api)")
        }
        guard let number = table.integer("api", in: 1...1_000_000), number != api else { return }
        table.problems.add("config.value", "api", "is \(number); this version of Moongate knows \(api)")
    }

    private static func readHooks(_ table: ConfigurationTable) -> [HookName] {
        let known = HookName.ofPlugins.map(\.rawValue)
        guard let names = table.strings("hooks"), !names.isEmpty else {
            if table["hooks"] == nil || table.list("hooks")?.isEmpty == true {
                table.problems.add("config.missing", "hooks", "name those that init.lua returns: \(list(known))")
            }
            return []
        }
        var hooks: [HookName] = []
        for (path, name) in names {
            if let hook = HookName(rawValue: name), hook != .rules {
                if hooks.contains(hook) { table.problems.add("config.conflict", path, "stands there twice") }
                hooks.append(hook)
            } else if let nearest = NearestName.of(name, among: known) {
                table.problems.add("config.value", path, "there is no hook of this name; did you mean \"\(nearest)\"?")
            } else {
                table.problems.add("config.value", path, "there is no hook of this name; there are \(list(known))")
            }
        }
        return hooks
    }

    private static func readSettings(_ table: ConfigurationTable) -> [PluginSetting] {
        guard let config = table.table("config") else { return [] }
        return config.members.keys.sorted().compactMap { name in
            guard name != "id" else {
                config.problems.add("config.conflict", "config.id", "is the plugin's own name in config.lua")
                return nil
            }
            return config.table(name).flatMap { PluginSetting(name, $0) }
        }
    }

    /// `"$endpoint"` in `needs.http` names a setting that holds URLs.
    private func checkHostSettings(_ problems: ConfigurationProblems) {
        let usable = settings.filter(\.shape.holdsURL).map(\.name)
        for setting in hostSettings where !usable.contains(setting.name) {
            let hint = NearestName.of(setting.name, among: usable).map { "did you mean \"$\($0)\"?" }
            problems.add(
                "config.value", setting.path,
                "there is no setting of type url by this name; \(hint ?? "declare it in config")")
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
