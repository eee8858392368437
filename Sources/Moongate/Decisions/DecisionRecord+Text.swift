import MoongateTokens

extension DecisionRecord {
    /// The record for people: aligned lines, the decision last, where a terminal leaves it in sight.
    public var text: String {
        var lines: [String] = []
        if let request {
            let from = request.ip.map { "  from \($0)" } ?? ""
            lines.append("\(request.method) \(request.host)\(target)\(from)")
        } else {
            lines.append("not a canonical request: nothing was matched")
        }
        lines += Self.section("tried, and did not apply", triedRows)
        lines += Self.section("read", readRows)
        lines += Self.section("decision", decisionRows)
        return Self.visible(lines.joined(separator: "\n"))
    }

    private var triedRows: [[String]] {
        var rows = (tried?.steps ?? []).map { [$0.place.id, Self.place($0.place), Self.sentence($0.reason)] }
        if let omitted = tried?.omitted, omitted > 0 { rows.append(["…", "", "and \(omitted) more of other paths"]) }
        return rows
    }

    private var readRows: [[String]] {
        read.sorted { $0.key < $1.key }.flatMap { name, value -> [[String]] in
            guard name == "user" || name == "networks", let members = value.objectValue else {
                return [[name, Self.plain(value)]]
            }
            let prefix = name == "user" ? "user." : "network "
            return members.sorted { $0.key < $1.key }.map { [prefix + $0.key, Self.plain($0.value)] }
        }
    }

    private var decisionRows: [[String]] {
        var rows = [[decision.verdict.name, summary]]
        rows.append(["code", decision.code])
        if let message = decision.message { rows.append(["message", message]) }
        if let rule = decision.rule { rows.append(["rule", "\(rule.id)  \(Self.place(rule))"]) }
        rows += headersSet.map { ["set", "\($0.name): \($0.value)"] }
        rows += headersDeleted.map { ["delete", $0] }
        rows.append(["generation", decision.generation])
        return rows
    }

    private var summary: String {
        switch decision.verdict {
        case .allow: "the request goes on"
        case .deny(let status): "\(status)"
        case .login(let provider): provider.map { "sign in with \($0)" } ?? "sign in first"
        case .redirect(let url, let status): "\(status) to \(RecordSecrets.url(url))"
        case .stepUp(let maxAge): "sign in again: at most \(maxAge) s ago"
        case .error: "503: it could not be judged"
        }
    }

    private static func sentence(_ reason: RuleTrace.Step.Reason) -> String {
        switch reason {
        case .path: "another path"
        case .method: "another method"
        case .network: "not from this network"
        case .when: "`when` said false"
        case .narrower: "a narrower route decides"
        case .host: "a route of a more exact host decides"
        }
    }

    private static func place(_ place: RulePlace) -> String { place.file + (place.line.map { ":\($0)" } ?? "") }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .null: "unknown"
        case .string(let text): text
        case .array(let items) where items.isEmpty: "none"
        case .array(let items) where items.allSatisfy({ $0.stringValue != nil }):
            items.compactMap(\.stringValue).joined(separator: ", ")
        default: String(decoding: value.canonicalBytes(), as: UTF8.self)
        }
    }

    /// Columns, each as wide as its widest cell; nothing for no rows.
    private static func section(_ title: String, _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return ["", title]
            + rows.map { row in
                let cells = row.enumerated().map { column, cell in
                    column == row.count - 1
                        ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
                }
                return "  " + cells.joined(separator: "  ")
            }
    }

    /// What a terminal would obey, or show as something else, is spelled out: claims and ids are other people's words.
    private static func visible(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
                out += "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
