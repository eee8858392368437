import MoongateTokens

/// How sessions live and where: `session`, `jwt`, `database`.
extension ConfigurationParser {
    private static let longest: Int64 = 315_360_000  // ten years: what fits every store and cookie

    /// The database as written, when it is one that this version has.
    func readDatabase(_ table: ConfigurationTable) -> String? {
        guard let text = table.nonEmptyString("database") else { return nil }
        if text == "memory:" { return text }
        if text.hasPrefix("sqlite:") {
            guard text.utf8.count > 7, !text.utf8.contains(0) else {
                table.problems.add("config.value", "database", "names no file; write \"sqlite:moongate.db\"")
                return nil
            }
            return text
        }
        let others = ["postgres:", "postgresql:", "mysql:", "mariadb:", "redis:", "rediss:"]
        if let scheme = others.first(where: text.hasPrefix) {
            table.problems.unavailable("database", "`\(scheme)`")
            return nil
        }
        table.problems.add(
            "config.value", "database",
            "must begin with \"sqlite:\", as in \"sqlite:moongate.db\", "
                + "or be \"memory:\"")
        return nil
    }

    /// `session` and `jwt`. The strategy is `database` where there is one that lasts, else `jwt`.
    func readSession(_ table: ConfigurationTable, database: String?) -> SessionConfiguration {
        var session = SessionConfiguration()
        session.strategy = database == nil || database == "memory:" ? .jwt : .database
        if let own = table.table("session") { read(own, into: &session) }
        if let jwt = table.table("jwt") { readTokens(jwt, into: &session) }
        if session.strategy == .database, table["database"] == nil {
            table.problems.add(
                "config.conflict", "session.strategy", "\"database\" needs one; set database = \"sqlite:moongate.db\"")
        }
        if session.strategy == .database, database == "memory:" {
            table.problems.warn("session.strategy", "sessions end with the process, since the database is \"memory:\"")
        }
        return session
    }

    private func read(_ table: ConfigurationTable, into session: inout SessionConfiguration) {
        table.allow(["strategy", "maxAge", "updateAge", "storedAs"], unavailable: ["acceptV4Until"])
        if let strategy: SessionConfiguration.Strategy = table.choice("strategy") { session.strategy = strategy }
        if let maxAge = table.integer("maxAge", in: 1...Self.longest) { session.maxAge = maxAge }
        if let updateAge = table.integer("updateAge", in: 0...Self.longest) { session.updateAge = updateAge }
        if let storedAs: StoredAs = table.choice("storedAs") { session.storesPlainTokens = storedAs == .plain }
    }

    private func readTokens(_ table: ConfigurationTable, into session: inout SessionConfiguration) {
        table.allow(["format", "reissue"], unavailable: ["alg", "keys", "maxAge", "secret"])
        if table.string("format") == "signed" {
            table.problems.unavailable("jwt.format", "\"signed\"")
        } else {
            let _: TokenFormat? = table.choice("format")
        }
        if let reissue: Reissue = table.choice("reissue") { session.alwaysReissues = reissue == .always }
    }

    private enum StoredAs: String, CaseIterable { case hashed, plain }
    private enum TokenFormat: String, CaseIterable { case encrypted }
    private enum Reissue: String, CaseIterable { case changed, always }
}
