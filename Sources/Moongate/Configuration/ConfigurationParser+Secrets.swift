import MoongateTokens

/// `secret`, and secrets anywhere else in the table.
extension ConfigurationParser {
    /// The first writes, all read. Unset: `AUTH_SECRET_3 … _1` and `AUTH_SECRET`, in this order (contract 13).
    func readSecrets(_ table: ConfigurationTable, isLoopback: Bool) -> [Secret] {
        let allowsShort = table.bool("allowShortSecret") ?? false
        let found = configuredSecrets(table)
        for (path, secret) in found where secret.count < 32 {
            if isLoopback || allowsShort {
                table.problems.warn(path, "is shorter than 32 bytes; `moongate secret` makes a good one")
            } else {
                table.problems.add(
                    "config.secret", path,
                    "is shorter than 32 bytes; `moongate secret` makes a good one "
                        + "(allowShortSecret = true accepts this one)")
            }
        }
        return found.map(\.secret)
    }

    private func configuredSecrets(_ table: ConfigurationTable) -> [(path: String, secret: Secret)] {
        let before = table.problems.errors.count
        var found: [(path: String, secret: Secret)] = []
        switch table["secret"] {
        case nil:
            found = ["AUTH_SECRET_3", "AUTH_SECRET_2", "AUTH_SECRET_1", "AUTH_SECRET"].compactMap { name in
                lookUp(name, path: "secret", table.problems).map { (name, $0) }
            }
        case .array(let items)?:
            for (index, item) in items.enumerated() {
                let path = "secret[\(index + 1)]"
                if let secret = secret(item, path: path, table.problems) { found.append((path, secret)) }
            }
        case let value?:
            let mayBeMade = development != nil && developmentSecret != nil
            if let secret = secret(value, path: "secret", table.problems, isOptional: mayBeMade) {
                found = [("secret", secret)]
            }
        }
        guard found.isEmpty, table.problems.errors.count == before else { return found }
        if development != nil, let developmentSecret { return [("secret", developmentSecret)] }
        table.problems.add(
            "config.secret", "secret",
            "there is none; `moongate secret` makes one: put it in the environment "
                + "as AUTH_SECRET")
        return []
    }

    /// The secret that a value names, or a plain string, which is taken with a warning.
    func secret(
        _ value: JSONValue, path: String, _ problems: ConfigurationProblems, isOptional: Bool = false
    ) -> Secret? {
        switch value {
        case .object(let members):
            guard members.count == 1, case .string(let name)? = members[ConfigurationMarker.secret] else { break }
            guard Self.isVariableName(name) else {
                problems.add(
                    "config.value", path, "a secret's name is made of letters, digits and `_`, at most 128 of them")
                return nil
            }
            let before = problems.errors.count
            if let secret = lookUp(name, path: path, problems) { return secret }
            if !isOptional, problems.errors.count == before { addMissing(name, path: path, problems) }
            return nil
        case .string(let text) where !text.isEmpty:
            problems.warn(path, "stands in the file as plain text; `secret \"NAME\"` takes it from the environment")
            return Secret(text)
        default: break
        }
        problems.add("config.type", path, "expected `secret \"NAME\"`, got \(value.luaTypeName)")
        return nil
    }

    /// `nil` when there is none, and also, with a problem added, when it cannot be read.
    func lookUp(_ name: String, path: String, _ problems: ConfigurationProblems) -> Secret? {
        do {
            return try secrets.secret(name)
        } catch {
            problems.add("config.secret", path, "\(name): \(error)")
            return nil
        }
    }

    private func addMissing(_ name: String, path: String, _ problems: ConfigurationProblems) {
        let making = path.hasPrefix("secret") ? "; `moongate secret` makes one" : ""
        problems.add(
            "config.secret", path,
            "\(name) is not set: put it in the environment as \(name), or name its file in "
                + "\(name)_FILE\(making)")
    }

    static func isVariableName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isLetterOrDigitByte || $0 == UInt8(ascii: "_") }
    }
}
