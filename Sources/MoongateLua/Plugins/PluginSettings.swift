import Moongate
import MoongateTokens

/// The settings of one plugin: config.lua's, checked by the manifest, with defaults where config.lua says nothing.
struct PluginSettings {
    /// Complete; secrets as ``Moongate/ConfigurationMarker`` says.
    let values: [String: JSONValue]
    /// Hosts of URLs in settings that the manifest takes hosts from.
    private let hosts: [HTTPHostPermission]
    /// Which secrets the operator handed over, and where that stands.
    private let secrets: [(path: String, name: String)]

    /// Checks all settings. Mistakes go to the problems, with paths as in `plugins[2].ttl`.
    init(_ manifest: PluginManifest, _ entry: PluginEntry, _ problems: ConfigurationProblems) {
        var values: [String: JSONValue] = [:]
        var hosts: [HTTPHostPermission] = []
        var secrets: [(path: String, name: String)] = []
        if let table = ConfigurationTable(.object(entry.settings), path: entry.path, problems: problems) {
            table.allowSettings(manifest)
            for setting in manifest.settings {
                let path = table.path(setting.name)
                guard let written = table[setting.name] else {
                    if setting.isRequired { problems.add("config.missing", path, Self.missing(setting)) }
                    values[setting.name] = setting.standard
                    continue
                }
                guard let value = setting.shape.check(written, path: path, problems) else { continue }
                values[setting.name] = value
            }
        }
        for setting in manifest.settings {
            guard let value = values[setting.name] else { continue }
            let path = "\(entry.path).\(setting.name)"
            secrets += Self.leaves(value, setting.shape, .secret, path).compactMap { path, value in
                value[ConfigurationMarker.secret]?.stringValue.map { (path, $0) }
            }
            guard manifest.hostSettings.contains(where: { $0.name == setting.name }) else { continue }
            hosts += Self.leaves(value, setting.shape, .url, path).compactMap { _, value in
                value.stringValue.flatMap(HTTPHostPermission.init(url:))
            }
        }
        self.values = values
        self.hosts = hosts
        self.secrets = secrets
    }

    /// The manifest's permissions, and what the operator's settings add to them: the hosts of URLs and the secrets that
    /// config.lua itself hands to the plugin.
    func needs(_ manifest: PluginManifest) -> ScriptNeeds {
        var needs = manifest.needs
        for host in hosts where !needs.http.contains(host) { needs.http.append(host) }
        for (_, name) in secrets where !needs.secrets.contains(name) { needs.secrets.append(name) }
        return needs
    }

    /// A secret must be there, and must not be the engine's own.
    func checkSecrets(_ site: Plugin.Site, _ entry: PluginEntry, _ problems: ConfigurationProblems) {
        for (path, name) in secrets {
            if site.engineNames.contains(name) {
                problems.add(
                    "config.conflict", path, "\(name) is read by the configuration itself and never given to scripts")
                continue
            }
            do {
                guard try site.secrets.secret(name) == nil else { continue }
                problems.add(
                    "config.secret", path,
                    "\(name) is not set: put it in the environment as \(name), or name its file in \(name)_FILE")
            } catch {
                problems.add("config.secret", path, "\(name): \(error)")
            }
        }
    }

    private static func missing(_ setting: PluginSetting) -> String {
        "must be set" + (setting.description.map { ": \($0)" } ?? "")
    }

    /// All values of one kind within a checked value.
    private static func leaves(
        _ value: JSONValue, _ shape: SettingShape, _ kind: SettingShape.Kind, _ path: String
    ) -> [(path: String, value: JSONValue)] {
        if shape.kind == kind { return [(path, value)] }
        guard let items = shape.items.first else { return [] }
        switch value {
        case .array(let elements):
            return elements.enumerated().flatMap { leaves($1, items, kind, "\(path)[\($0 + 1)]") }
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { leaves($1, items, kind, "\(path).\($0)") }
        default: return []
        }
    }
}

extension ConfigurationTable {
    /// Reports settings that the manifest does not declare.
    fileprivate func allowSettings(_ manifest: PluginManifest) {
        let known = manifest.settings.map(\.name)
        guard known.isEmpty else { return allow(known) }
        for key in members.keys.sorted() {
            problems.add("config.unknownKey", path(key), "\(manifest.id) has no settings")
        }
    }
}
