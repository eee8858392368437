/// Which decisions of the access rules are recorded, and where (`decisions`).
public struct DecisionsConfiguration: Sendable, Equatable {
    /// A file, relative to `config.lua`, or `-` for standard output; `nil` records nothing.
    public var log: String?
    /// How large a share of the requests that are let through is recorded, 0 to 1.
    public var allowed: Double = 1
    /// How large a share of all others is, errors too, 0 to 1.
    public var denied: Double = 1

    /// No log.
    public init() {}
}

extension ConfigurationParser {
    /// `decisions = { log = "decisions.jsonl", allowed = 0.01 }`.
    func readDecisions(_ table: ConfigurationTable) -> DecisionsConfiguration {
        var decisions = DecisionsConfiguration()
        guard let own = table.table("decisions") else { return decisions }
        own.allow(["allowed", "denied", "log"])
        decisions.log = own.nonEmptyString("log")
        if let log = decisions.log, log.utf8.contains(0) || log.hasSuffix("/") {
            own.problems.add("config.value", own.path("log"), "must be a file's path, or \"-\" for standard output")
        }
        if own["log"] == nil {
            own.problems.add(
                "config.missing", own.path("log"),
                "say where to, as in \"decisions.jsonl\", or \"-\" for standard output")
        }
        decisions.allowed = share(own, "allowed") ?? 1
        decisions.denied = share(own, "denied") ?? 1
        return decisions
    }

    private func share(_ table: ConfigurationTable, _ key: String) -> Double? {
        guard let value = table.number(key) else { return nil }
        guard (0...1).contains(value) else {
            table.problems.add(
                "config.value", table.path(key), "is a share from 0 (none) to 1 (all), as in 0.01 for one in a hundred")
            return nil
        }
        return value
    }
}
