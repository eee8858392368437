import MoongateTokens

/// `providers`: which kind each entry is, and that ids are unique.
extension ConfigurationParser {
    func readProviders(_ table: ConfigurationTable) -> [Provider] {
        var seen: [String: String] = [:]
        return (table.list("providers") ?? []).compactMap { path, value in
            guard let provider = readProvider(value, path: path, table.problems) else { return nil }
            if let first = seen.updateValue(path, forKey: provider.id) {
                table.problems.add("config.conflict", "\(path).id", "\"\(provider.id)\" is taken by \(first)")
                return nil
            }
            return provider
        }
    }

    private func readProvider(_ value: JSONValue, path: String, _ problems: ConfigurationProblems) -> Provider? {
        guard let parts = value[ConfigurationMarker.provider] else {
            return ConfigurationTable(value, path: path, problems: problems).flatMap(readPlainProvider)
        }
        guard case .array(let list) = parts, list.count == 2, case .string(let preset) = list[0],
            let entry = ConfigurationTable(list[1], path: path, problems: problems)
        else {
            problems.add("config.type", path, "expected `provider \"name\" { … }`")
            return nil
        }
        switch preset {
        case "dev": return readDevelopmentProvider(entry)
        case "credentials": return readCredentialsProvider(entry, defaultID: "credentials")
        default: refuse(preset: preset, entry)
        }
        return nil
    }

    private func readPlainProvider(_ entry: ConfigurationTable) -> Provider? {
        switch entry.string("type") {
        case "oidc"?: return readOIDCProvider(entry)
        case "credentials"?: return readCredentialsProvider(entry, defaultID: nil)
        case "oauth"?, "oauth2"?, "email"?, "webauthn"?, "passkey"?, "saml"?:
            entry.problems.unavailable(entry.path("type"), "this type")
        case nil where entry["type"] == nil:
            entry.problems.add(
                "config.missing", entry.path("type"), "say which kind it is: \"oidc\" or \"credentials\"")
        case nil: break
        case _?: entry.problems.add("config.value", entry.path("type"), "must be \"oidc\" or \"credentials\"")
        }
        return nil
    }

    private func refuse(preset: String, _ entry: ConfigurationTable) {
        if let nearest = NearestName.of(preset, among: ["credentials", "dev"]) {
            entry.problems.add(
                "config.value", entry.path, "there is no such provider; did you mean `provider \"\(nearest)\"`?")
        } else {
            let name = Self.isProviderID(preset) ? "`provider \"\(preset)\"`" : "this provider"
            entry.problems.unavailable(entry.path, name)
        }
    }

    private func readDevelopmentProvider(_ entry: ConfigurationTable) -> Provider? {
        entry.allow(["name"])
        guard development != nil else {
            entry.problems.add(
                "config.conflict", entry.path,
                "`provider \"dev\"` lets anyone sign in as anyone and works only in "
                    + "development mode: start with `moongate serve --dev`, or take it out")
            return nil
        }
        return Provider(id: "dev", name: readName(entry) ?? "Development", kind: .dev)
    }

    private func readCredentialsProvider(_ entry: ConfigurationTable, defaultID: String?) -> Provider? {
        entry.allow(["id", "type", "name", "credentials"])
        let fields = readFields(entry)
        guard let id = readID(entry, default: defaultID) else { return nil }
        let form = CredentialsConfiguration(fields: fields)
        return Provider(id: id, name: readName(entry) ?? "Credentials", kind: .credentials(form))
    }

    /// The id, or the default where none is written.
    func readID(_ entry: ConfigurationTable, default standard: String?) -> String? {
        guard entry["id"] != nil else {
            if standard == nil { entry.problems.add("config.missing", entry.path("id"), "give the provider an id") }
            return standard
        }
        guard let id = entry.string("id") else { return nil }
        guard id != "undefined" else {
            entry.problems.add("config.value", entry.path("id"), "means \"no provider\" in addresses; choose another")
            return nil
        }
        guard Self.isProviderID(id) else {
            entry.problems.add(
                "config.value", entry.path("id"), "is made of lower-case letters, digits, `-` and `_`, at most 64")
            return nil
        }
        return id
    }

    func readName(_ entry: ConfigurationTable) -> String? {
        guard let name = entry.nonEmptyString("name") else { return nil }
        let hasControls = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard name.utf8.count <= 200, !hasControls else {
            entry.problems.add("config.value", entry.path("name"), "is one line of at most 200 bytes")
            return nil
        }
        return name
    }

    static func isProviderID(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }
}
