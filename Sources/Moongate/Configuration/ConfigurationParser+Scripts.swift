import MoongateTokens

/// What scripts may do and who has a part: `scripts` and `plugins`.
extension ConfigurationParser {
    private static let mostPlugins = 64

    /// `scripts.needs`, and `scripts.noScripts`: whether people may sign in while scripts are off.
    func readScripts(_ table: ConfigurationTable) -> (needs: ScriptNeeds, allowsSignIn: Bool) {
        guard let own = table.table("scripts") else { return (ScriptNeeds(), false) }
        own.allow(["noScripts", "needs"])
        let verdict: NoScripts? = own.choice("noScripts")
        guard let list = own.table("needs") else { return (ScriptNeeds(), verdict == .allow) }
        let (needs, settings) = ScriptNeeds.read(list)
        for setting in settings {
            own.problems.add(
                "config.value", setting.path, "only a plugin's hosts can come from a setting; name the host")
        }
        return (needs, verdict == .allow)
    }

    private enum NoScripts: String, CaseIterable { case refuse, allow }

    /// Each entry is a plugin's id, or a table of its id and its settings.
    func readPlugins(_ table: ConfigurationTable) -> [PluginEntry] {
        var seen: [String: String] = [:]
        let entries = table.list("plugins") ?? []
        if entries.count > Self.mostPlugins {
            table.problems.add("config.value", "plugins", "are more than \(Self.mostPlugins)")
        }
        return entries.compactMap { path, value in
            guard let entry = readPlugin(value, path: path, table.problems) else { return nil }
            if let first = seen.updateValue(path, forKey: entry.id) {
                table.problems.add("config.conflict", path, "\"\(entry.id)\" stands there twice, first as \(first)")
                return nil
            }
            return entry
        }
    }

    private func readPlugin(_ value: JSONValue, path: String, _ problems: ConfigurationProblems) -> PluginEntry? {
        if case .string(let id) = value {
            guard isPluginID(id, path: path, problems) else { return nil }
            return PluginEntry(id: id, settings: [:], path: path)
        }
        guard let entry = ConfigurationTable(value, path: path, problems: problems) else { return nil }
        guard entry["id"] != nil else {
            problems.add("config.missing", entry.path("id"), "say which plugin, as in { id = \"audit\", … }")
            return nil
        }
        guard let id = entry.string("id"), isPluginID(id, path: entry.path("id"), problems) else { return nil }
        return PluginEntry(id: id, settings: entry.members.filter { $0.key != "id" }, path: path)
    }

    private func isPluginID(_ id: String, path: String, _ problems: ConfigurationProblems) -> Bool {
        if PluginEntry.isID(id) { return true }
        problems.add("config.value", path, PluginEntry.idRule)
        return false
    }
}
