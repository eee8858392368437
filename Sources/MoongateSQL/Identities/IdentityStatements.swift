import Moongate

/// Every statement that reads or writes identities, spelled for one dialect once and kept.
///
/// Tables and columns are those of Auth.js's SQL adapters (contract 6.3): camelCase for Auth.js's own fields,
/// snake_case for OAuth's. The order of columns here is the order in which ``SQLRow`` reads them.
struct IdentityStatements: Sendable {
    let findUserById, findUserByEmail, findUserByAccount: String
    let findAccount, listAccounts: String
    let findSession, listSessions, deleteExpiredSessions: String
    let insertUser, updateUser, updateProfile, deleteUser: String
    let insertAccount, updateAccount, deleteAccount: String
    let insertSession, updateSession, deleteSession: String
    let probe: String

    init(_ dialect: SQLDialect) {
        let user = #"u.id, u.name, u.email, u."emailVerified", u.image, u.claims"#
        let tokens = "refresh_token, access_token, expires_at, token_type, scope, id_token, session_state"
        let account = #""userId", type, provider, "providerAccountId", "# + tokens
        let session = #"s."sessionToken", s."userId", s.expires"#

        findUserById = dialect.spelled("SELECT \(user) FROM users u WHERE u.id = ?")
        findUserByEmail = dialect.spelled("SELECT \(user) FROM users u WHERE u.email = ?")
        findUserByAccount = dialect.spelled(
            #"SELECT \#(user) FROM accounts a JOIN users u ON u.id = a."userId" "#
                + #"WHERE a.provider = ? AND a."providerAccountId" = ?"#)
        findAccount = dialect.spelled(
            #"SELECT \#(account) FROM accounts WHERE provider = ? AND "providerAccountId" = ?"#)
        listAccounts = dialect.spelled(#"SELECT \#(account) FROM accounts WHERE "userId" = ? ORDER BY id"#)
        findSession = dialect.spelled(
            #"SELECT \#(session), \#(user) FROM sessions s JOIN users u ON u.id = s."userId" "#
                + #"WHERE s."sessionToken" = ?"#)
        listSessions = dialect.spelled(
            #"SELECT \#(session) FROM sessions s WHERE s."userId" = ? ORDER BY s.expires, s.id"#)
        deleteExpiredSessions = dialect.spelled(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires < ? ORDER BY expires LIMIT ?)")

        insertUser = dialect.spelled(
            #"INSERT INTO users (name, email, "emailVerified", image, claims, id) VALUES (?, ?, ?, ?, ?, ?)"#)
        updateUser = dialect.spelled(
            #"UPDATE users SET name = ?, email = ?, "emailVerified" = ?, image = ?, claims = ? WHERE id = ?"#)
        // Each value behind a number that says whether it counts.
        updateProfile = dialect.spelled(
            "UPDATE users SET name = CASE ? WHEN 1 THEN ? ELSE name END, image = CASE ? WHEN 1 THEN ? ELSE image END, "
                + "claims = CASE ? WHEN 1 THEN ? ELSE claims END "
                + "WHERE id = ? AND (? = 0 OR claims IS NOT DISTINCT FROM ?)")
        deleteUser = dialect.spelled("DELETE FROM users WHERE id = ?")
        insertAccount = dialect.spelled(
            #"INSERT INTO accounts (\#(tokens), provider, "providerAccountId", "userId", type) "#
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        updateAccount = dialect.spelled(
            "UPDATE accounts SET refresh_token = ?, access_token = ?, expires_at = ?, token_type = ?, scope = ?, "
                + #"id_token = ?, session_state = ? WHERE provider = ? AND "providerAccountId" = ?"#)
        deleteAccount = dialect.spelled(#"DELETE FROM accounts WHERE provider = ? AND "providerAccountId" = ?"#)
        insertSession = dialect.spelled(#"INSERT INTO sessions (expires, "sessionToken", "userId") VALUES (?, ?, ?)"#)
        updateSession = dialect.spelled(#"UPDATE sessions SET expires = ? WHERE "sessionToken" = ?"#)
        deleteSession = dialect.spelled(#"DELETE FROM sessions WHERE "sessionToken" = ?"#)
        probe = dialect.spelled("SELECT id FROM users LIMIT 1")
    }
}
