import MoongateTokens

/// The fields of a credentials form.
extension ConfigurationParser {
    /// A Lua table with names has no order, so passwords come last and the others by name. A list of
    /// `{ name = "username", … }` keeps its own order.
    func readFields(_ entry: ConfigurationTable) -> [CredentialsConfiguration.Field] {
        guard let value = entry["credentials"] else {
            entry.problems.add(
                "config.missing", entry.path("credentials"),
                "name the fields of the form, as in "
                    + "{ username = { label = \"Name\" }, password = { type = \"password\" } }")
            return []
        }
        let fields: [CredentialsConfiguration.Field]
        if case .array(let items) = value {
            fields = items.enumerated().compactMap { index, item in
                let path = "\(entry.path("credentials"))[\(index + 1)]"
                guard let table = ConfigurationTable(item, path: path, problems: entry.problems) else { return nil }
                return readField(table, name: nil)
            }
        } else {
            fields = namedFields(entry)
        }
        refuseDoubles(fields, entry)
        return fields
    }

    private func namedFields(_ entry: ConfigurationTable) -> [CredentialsConfiguration.Field] {
        guard let table = entry.table("credentials") else { return [] }
        let fields = table.members.keys.sorted().compactMap { name in
            table.table(name).flatMap { readField($0, name: name) }
        }
        return fields.filter { $0.type != "password" } + fields.filter { $0.type == "password" }
    }

    private func readField(_ table: ConfigurationTable, name: String?) -> CredentialsConfiguration.Field? {
        table.allow(["label", "type", "placeholder"] + (name == nil ? ["name"] : []))
        let label = table.nonEmptyString("label")
        let type: InputType = table.choice("type") ?? .text
        let placeholder = table.string("placeholder")
        guard let name = name ?? table.nonEmptyString("name") else {
            if table["name"] == nil { table.problems.add("config.missing", table.path("name"), "name the field") }
            return nil
        }
        guard name.utf8.count <= 64, name.utf8.allSatisfy(\.isUnreservedByte) else {
            table.problems.add(
                "config.value", table.path, "a field's name is made of letters, digits, `-`, `_`, `.`, `~`, at most 64")
            return nil
        }
        guard !["csrfToken", "callbackUrl", "json", "redirect"].contains(name) else {
            table.problems.add("config.value", table.path, "`\(name)` is a name that the protocol uses itself")
            return nil
        }
        return CredentialsConfiguration.Field(
            name: name, label: label ?? name, type: type.rawValue, placeholder: placeholder)
    }

    private func refuseDoubles(_ fields: [CredentialsConfiguration.Field], _ entry: ConfigurationTable) {
        var names: Set<String> = []
        for field in fields where !names.insert(field.name).inserted {
            entry.problems.add(
                "config.conflict", entry.path("credentials"), "the field `\(field.name)` stands there twice")
        }
    }

    /// HTML's input types that a sign-in form has a use for.
    private enum InputType: String, CaseIterable { case text, password, email, tel, number, url }
}
