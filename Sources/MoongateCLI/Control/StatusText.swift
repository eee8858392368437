import MoongateTokens

/// A server's status for people.
struct StatusText {
    private let status: [String: JSONValue]

    init(_ status: [String: JSONValue]) { self.status = status }

    var text: String {
        var lines = ["Moongate \(plain(status["version"])), pid \(plain(status["pid"])), up \(uptime)"]
        lines.append("  config      \(plain(status["config"])) (\(plain(status["mode"])))")
        lines.append("  scripts     \(plain(status["scripts"]) == "off" ? "off (--no-scripts)" : "on")")
        lines.append("  watch       \(watch)")
        lines += lastReload
        lines += ["", "Generations"] + GenerationTable.lines(generations)
        let pools = poolTable, ledger = ledgerTable
        if !pools.rows.isEmpty { lines += ["", "Script states"] + pools.lines }
        if !ledger.rows.isEmpty { lines += ["", "Scripts"] + ledger.lines }
        return lines.joined(separator: "\n")
    }

    private var generations: [JSONValue] {
        (status["generation"].map { [$0] } ?? []) + (status["previous"]?.arrayValue ?? [])
    }

    private var uptime: String {
        let seconds = max(0, status["uptimeSeconds"]?.integerValue ?? 0)
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }

    private var watch: String {
        let watch = status["watch"]?.objectValue ?? [:]
        let reason = watch["reason"].map { ": \(plain($0))" } ?? ""
        let held = status["heldBack"]?.boolValue == true ? "; the files on the disk are held back by a rollback" : ""
        return plain(watch["state"]) + reason + held
    }

    private var lastReload: [String] {
        guard let last = status["lastReload"]?.objectValue else { return ["  last reload none"] }
        let outcome = plain(last["outcome"])
        let what = last["generation"].map { "\(outcome) \(plain($0))" } ?? outcome
        let head = "  last reload \(plain(last["time"])) by \(plain(last["trigger"])): \(what)"
        return [head] + (last["problems"]?.arrayValue ?? []).map { "    \(PlainText.of(ControlOptions.line($0)))" }
    }

    private var poolTable: TextTable {
        var table = TextTable(heading: ["owner", "in use", "idle"], numeric: [1, 2])
        for case .object(let pool) in status["pools"]?.arrayValue ?? [] {
            table.rows.append([plain(pool["owner"]), plain(pool["lent"]), plain(pool["idle"])])
        }
        return table
    }

    private var ledgerTable: TextTable {
        var table = TextTable(
            heading: [
                "generation", "script", "hook", "calls", "errors", "steps/call", "us/call", "peak KiB", "host calls",
                "cache hits", "by code",
            ], numeric: [3, 4, 5, 6, 7, 8, 9])
        let current = status["generation"]?.objectValue?["id"]
        for case .object(let row) in status["ledger"]?.arrayValue ?? [] {
            let calls = row["calls"]?.integerValue ?? 0
            guard calls > 0 || row["generation"] == current else { continue }
            let errors = (row["errors"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
            table.rows.append([
                plain(row["generation"]), plain(row["script"]), plain(row["hook"]), "\(calls)",
                "\(errors.reduce(0) { $0 &+ ($1.value.integerValue ?? 0) })",
                Self.share(row["steps"], of: calls), Self.share(row["cpuMicroseconds"], of: calls),
                "\((row["peakBytes"]?.integerValue ?? 0) / 1024)", plain(row["hostCalls"]), plain(row["cacheHits"]),
                errors.map { "\(PlainText.of($0.key)) \($0.value.integerValue ?? 0)" }.joined(separator: ", "),
            ])
        }
        return table
    }

    private static func share(_ total: JSONValue?, of calls: Int64) -> String {
        calls > 0 ? "\((total?.integerValue ?? 0) / calls)" : "-"
    }

    private func plain(_ value: JSONValue?) -> String { GenerationTable.plain(value) }
}

/// The generations that a server keeps.
enum GenerationTable {
    /// The current one is the first.
    static func lines(_ generations: [JSONValue]) -> [String] {
        var table = TextTable(heading: ["id", "since", "by", "state"])
        for (index, generation) in generations.enumerated() {
            let members = generation.objectValue ?? [:]
            let earlier = members["withdrawn"]?.boolValue == true ? "rolled back from" : "kept"
            table.rows.append([
                plain(members["id"]), plain(members["since"]), plain(members["source"]),
                index == 0 ? "serving" : earlier,
            ])
        }
        return table.lines
    }

    static func text(_ generations: [JSONValue]) -> String { lines(generations).joined(separator: "\n") }

    static func plain(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: "-"
        case .string(let text)?: PlainText.of(text)
        case .integer(let number)?: "\(number)"
        case let other?: PlainText.of(String(decoding: other.canonicalBytes(), as: UTF8.self))
        }
    }
}
