import MoongateTokens

/// One table of a configuration while it is read: typed reads that report a mistake with its path and go on.
///
/// A read gives `nil` when the key is absent and also when it was wrong: in the second case the problem is in the list
/// already, so the caller can use the default and find the next mistake.
package struct ConfigurationTable {
    /// Empty for the outermost table.
    package let path: String
    package let members: [String: JSONValue]
    package let problems: ConfigurationProblems

    package init?(_ value: JSONValue, path: String, problems: ConfigurationProblems) {
        self.path = path
        self.problems = problems
        switch value {
        case .object(let members) where !value.isHostValue: self.members = members
        case .array(let items) where items.isEmpty: members = [:]  // Lua has one empty table for both
        default:
            problems.add("config.type", path, "expected a table, got \(value.luaTypeName)")
            return nil
        }
    }

    package func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value of a key; an explicit null counts as absent.
    package subscript(_ key: String) -> JSONValue? {
        guard let value = members[key], value != .null else { return nil }
        return value
    }

    /// Reports every key that is not in `known`, and those that are known and not built yet.
    package func allow(_ known: [String], unavailable: [String] = []) {
        for key in members.keys.sorted() where !known.contains(key) {
            if unavailable.contains(key) {
                problems.unavailable(path(key), "`\(key)`")
            } else if let nearest = NearestName.of(key, among: known + unavailable) {
                problems.add("config.unknownKey", path(key), "unknown key; did you mean `\(nearest)`?")
            } else {
                let list = known.joined(separator: ", ")
                problems.add("config.unknownKey", path(key), "unknown key; known here: \(list)")
            }
        }
    }

    package func string(_ key: String) -> String? {
        guard let value = self[key] else { return nil }
        guard case .string(let text) = value else { return mismatch(key, "a string", value) }
        return text
    }

    package func nonEmptyString(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        guard !text.isEmpty else {
            problems.add("config.value", path(key), "must not be empty")
            return nil
        }
        return text
    }

    package func bool(_ key: String) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let flag) = value else { return mismatch(key, "true or false", value) }
        return flag
    }

    /// A number with or without a fraction.
    package func number(_ key: String) -> Double? {
        guard let value = self[key] else { return nil }
        switch value {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        default: return mismatch(key, "a number", value)
        }
    }

    package func integer(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = self[key] else { return nil }
        guard case .integer(let number) = value else { return mismatch(key, "a whole number", value) }
        guard range.contains(number) else {
            problems.add(
                "config.value", path(key), "must lie between \(range.lowerBound) and \(range.upperBound), is \(number)")
            return nil
        }
        return number
    }

    package func table(_ key: String) -> ConfigurationTable? {
        guard let value = self[key] else { return nil }
        return ConfigurationTable(value, path: path(key), problems: problems)
    }

    package func list(_ key: String) -> [(path: String, value: JSONValue)]? {
        guard let value = self[key] else { return nil }
        switch value {
        case .array(let items):
            return items.enumerated().map { ("\(path(key))[\($0.offset + 1)]", $0.element) }
        case .object(let members) where members.isEmpty: return []
        default: return mismatch(key, "a list", value)
        }
    }

    package func strings(_ key: String) -> [(path: String, text: String)]? {
        list(key)?.compactMap { path, value in
            guard case .string(let text) = value else {
                problems.add("config.type", path, "expected a string, got \(value.luaTypeName)")
                return nil
            }
            return (path, text)
        }
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
    where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        problems.add("config.value", path(key), "must be one of \(names)")
        return nil
    }

    private func mismatch<Value>(_ key: String, _ expected: String, _ value: JSONValue) -> Value? {
        problems.add("config.type", path(key), "expected \(expected), got \(value.luaTypeName)")
        return nil
    }
}

extension JSONValue {
    /// Whether this is a secret, a provider, a verdict or a function, not a plain table: a key that begins with `@`.
    package var isHostValue: Bool {
        guard case .object(let members) = self, members.count == 1, let name = members.keys.first else { return false }
        return name.hasPrefix("@")
    }

    /// What Lua's author would call this value. Never the value itself: it may be secret.
    package var luaTypeName: String {
        switch self {
        case .null: "nil"
        case .bool: "a boolean"
        case .integer: "a number"
        case .number: "a number with a fraction"
        case .string: "a string"
        case .array(let items): items.isEmpty ? "an empty table" : "a list"
        case .object(let members):
            if members[ConfigurationMarker.secret] != nil {
                "a secret"
            } else if members[ConfigurationMarker.provider] != nil {
                "a provider"
            } else if let name = members.keys.first, members.count == 1, name.hasPrefix("@") {
                name == "@function" ? "a function" : "\(name.dropFirst()){}"
            } else {
                "a table"
            }
        }
    }
}

/// Keys by which a configuration document names what is not plain data: host values of a Lua file, which has no other
/// way to write a key that begins with `@`.
public enum ConfigurationMarker {
    /// `{ "@secret": "NAME" }`: the value is looked up by name in the ``SecretSource``.
    public static let secret = "@secret"
    /// `{ "@provider": ["credentials", { … }] }`: a provider's table and the preset that it starts from.
    public static let provider = "@provider"
}
