import Moongate
import MoongateTokens

/// What a setting of a plugin may be. A shape checks a value and gives it back complete, or says what is wrong with it.
public struct SettingShape: Sendable, Equatable {
    /// Names as a manifest writes them.
    public enum Kind: String, Sendable, CaseIterable {
        /// A string.
        case string
        /// An absolute `http` or `https` URL.
        case url
        /// `true` or `false`.
        case boolean
        /// A whole number.
        case integer
        /// A number with or without a fraction.
        case number
        /// A whole number of seconds, not below 0.
        case seconds
        /// One of ``SettingShape/values``.
        case `enum`
        /// A list of ``SettingShape/items``.
        case list
        /// A table of names, each with a value as ``SettingShape/items`` says.
        case map
        /// `secret "NAME"`. The plugin is given a handle, never the value.
        case secret
    }

    /// Which kind.
    public let kind: Kind
    /// The least: of a number itself, of a string its bytes, of a list or map its entries.
    public let minimum: Double?
    /// The most.
    public let maximum: Double?
    /// What an `enum` may be.
    public let values: [String]
    /// What each entry of a list or map is: one shape, or none for other kinds.
    public let items: [SettingShape]

    /// Reads `{ type = …, min = …, max = …, values = …, items = … }`. Mistakes go to its problems.
    init?(_ table: ConfigurationTable) {
        guard table["type"] != nil else {
            let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            table.problems.add("config.missing", table.path("type"), "say which: \(kinds)")
            return nil
        }
        guard let name = table.string("type"), let kind = Self.kind(name, table) else { return nil }
        self.kind = kind
        minimum = table.number("min") ?? (kind == .seconds ? 0 : nil)
        maximum = table.number("max")
        values = (table.strings("values") ?? []).map(\.text)
        items = Self.items(table, of: kind)
        if kind == .enum, values.isEmpty {
            table.problems.add("config.missing", table.path("values"), "an enum needs the list of its values")
        }
        if let minimum, let maximum, minimum > maximum {
            table.problems.add("config.conflict", table.path("max"), "is below min")
        }
        if kind != .enum, table["values"] != nil {
            table.problems.add("config.conflict", table.path("values"), "only an enum has values")
        }
        let hasBounds = table["min"] != nil || table["max"] != nil
        if hasBounds, [.boolean, .enum, .secret, .url].contains(kind) {
            table.problems.add("config.conflict", table.path, "a setting of type \(name) has no min or max")
        }
    }

    private init(_ kind: Kind) {
        self.kind = kind
        minimum = kind == .seconds ? 0 : nil
        maximum = nil
        values = []
        items = []
    }

    private static func kind(_ name: String, _ table: ConfigurationTable) -> Kind? {
        if let kind = Kind(rawValue: name) { return kind }
        let kinds = Kind.allCases.map(\.rawValue)
        let hint = NearestName.of(name, among: kinds).map { "did you mean \"\($0)\"?" }
        table.problems.add(
            "config.value", table.path("type"),
            "there is no type of this name; \(hint ?? "there are " + kinds.joined(separator: ", "))")
        return nil
    }

    /// `items = "string"`, or a table as of a setting; strings where nothing is said.
    private static func items(_ table: ConfigurationTable, of kind: Kind) -> [SettingShape] {
        guard kind == .list || kind == .map else {
            if table["items"] != nil {
                table.problems.add("config.conflict", table.path("items"), "only a list or a map has items")
            }
            return []
        }
        switch table["items"] {
        case nil: return [SettingShape(.string)]
        case .string(let name)?:
            guard let kind = Self.kind(name, table) else { return [] }
            guard ![.list, .map, .enum].contains(kind) else {
                table.problems.add("config.type", table.path("items"), "write a table, as in { type = \"\(name)\", … }")
                return []
            }
            return [SettingShape(kind)]
        default:
            guard let own = table.table("items") else { return [] }
            own.allow(["type", "min", "max", "values", "items", "description"])
            return SettingShape(own).map { [$0] } ?? []
        }
    }
}
