import Moongate
import MoongateTokens

extension SettingShape {
    /// The value as the plugin is given it; `nil` after a problem was added.
    func check(_ value: JSONValue, path: String, _ problems: ConfigurationProblems) -> JSONValue? {
        switch (kind, value) {
        case (.string, .string(let text)):
            return bounded(value, Double(text.utf8.count), "bytes", path, problems)
        case (.url, .string(let text)): return url(text, path, problems)
        case (.boolean, .bool): return value
        case (.integer, .integer(let number)), (.seconds, .integer(let number)), (.number, .integer(let number)):
            return bounded(value, Double(number), nil, path, problems)
        case (.number, .number(let number)): return bounded(value, number, nil, path, problems)
        case (.enum, .string(let text)): return member(text, path, problems)
        case (.list, .array(let elements)): return list(elements, path, problems)
        // Lua has one empty table for both.
        case (.list, .object(let members)) where members.isEmpty: return list([], path, problems)
        case (.map, .object(let members)) where !value.isHostValue: return map(members, path, problems)
        case (.map, .array(let elements)) where elements.isEmpty: return map([:], path, problems)
        case (.secret, _):
            if case .string(let name)? = value[ConfigurationMarker.secret] { return secret(name) }
            problems.add("config.type", path, "expected `secret \"NAME\"`, got \(value.luaTypeName)")
        default:
            problems.add("config.type", path, "expected \(expected), got \(value.luaTypeName)")
        }
        return nil
    }

    private func secret(_ name: String) -> JSONValue { .object([ConfigurationMarker.secret: .string(name)]) }

    private func bounded(
        _ value: JSONValue, _ size: Double, _ unit: String?, _ path: String, _ problems: ConfigurationProblems
    ) -> JSONValue? {
        let tail = unit.map { " \($0)" } ?? ""
        if let minimum, size < minimum {
            problems.add("config.value", path, "must be at least \(Self.text(minimum))\(tail)")
            return nil
        }
        if let maximum, size > maximum {
            problems.add("config.value", path, "must be at most \(Self.text(maximum))\(tail)")
            return nil
        }
        return value
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }

    private func url(_ text: String, _ path: String, _ problems: ConfigurationProblems) -> JSONValue? {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, text.utf8.count <= 2048, HTTPHostPermission(url: text) != nil else {
            problems.add("config.value", path, "must be an address like \"https://api.example.com/people\"")
            return nil
        }
        return .string(text)
    }

    private func member(_ text: String, _ path: String, _ problems: ConfigurationProblems) -> JSONValue? {
        if values.contains(text) { return .string(text) }
        let list = values.map { "\"\($0)\"" }.joined(separator: ", ")
        let hint = NearestName.of(text, among: values).map { "; did you mean \"\($0)\"?" } ?? ""
        problems.add("config.value", path, "must be one of \(list)\(hint)")
        return nil
    }

    private func list(_ elements: [JSONValue], _ path: String, _ problems: ConfigurationProblems) -> JSONValue? {
        guard bounded(.null, Double(elements.count), "entries", path, problems) != nil else { return nil }
        guard let shape = items.first else { return nil }
        let checked = elements.enumerated().map { shape.check($1, path: "\(path)[\($0 + 1)]", problems) }
        return checked.contains { $0 == nil } ? nil : .array(checked.compactMap { $0 })
    }

    private func map(_ members: [String: JSONValue], _ path: String, _ problems: ConfigurationProblems) -> JSONValue? {
        guard bounded(.null, Double(members.count), "entries", path, problems) != nil else { return nil }
        guard let shape = items.first else { return nil }
        var checked: [String: JSONValue] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            checked[name] = shape.check(value, path: "\(path).\(name)", problems)
        }
        return checked.count == members.count ? .object(checked) : nil
    }

    /// In words for who wrote the configuration.
    private var expected: String {
        switch kind {
        case .string: "a string"
        case .url: "a url"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .seconds: "a whole number of seconds"
        case .enum: "a string"
        case .list: "a list"
        case .map: "a table of names and values"
        case .secret: "`secret \"NAME\"`"
        }
    }
}
