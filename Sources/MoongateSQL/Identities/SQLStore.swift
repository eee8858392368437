import Moongate

/// The identities in a SQL database: the shared part of every SQL driver. It holds no state but its statements, so any
/// number of tasks may use it at once.
public struct SQLStore<Database: SQLDatabase>: AuthStore {
    /// The database underneath.
    let database: Database
    private let statements: IdentityStatements

    /// A store on a database whose tables exist.
    public init(on database: Database) {
        self.database = database
        statements = IdentityStatements(database.dialect)
    }

    public func findUser(id: String) async throws -> User? {
        try await database.firstRow(SQLStatement(statements.findUserById, [.text(id)])) { try $0.user() }
    }

    public func findUser(email: String) async throws -> User? {
        try await database.firstRow(SQLStatement(statements.findUserByEmail, [.text(email)])) { try $0.user() }
    }

    public func findUser(provider: String, providerAccountId: String) async throws -> User? {
        let key: [SQLValue] = [.text(provider), .text(providerAccountId)]
        return try await database.firstRow(SQLStatement(statements.findUserByAccount, key)) { try $0.user() }
    }

    public func findAccount(provider: String, providerAccountId: String) async throws -> Account? {
        let key: [SQLValue] = [.text(provider), .text(providerAccountId)]
        return try await database.firstRow(SQLStatement(statements.findAccount, key)) { try $0.account() }
    }

    public func listAccounts(userId: String) async throws -> [Account] {
        try await database.rows(SQLStatement(statements.listAccounts, [.text(userId)])) { try $0.account() }
    }

    public func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)? {
        try await database.firstRow(SQLStatement(statements.findSession, [.text(key.stored)])) { row in
            (session: try row.session(), user: try row.user(from: 3))
        }
    }

    public func listSessions(userId: String) async throws -> [StoredSession] {
        try await database.rows(SQLStatement(statements.listSessions, [.text(userId)])) { try $0.session() }
    }

    public func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int {
        guard limit > 0 else { return 0 }  // SQLite reads a negative LIMIT as none at all
        let arguments: [SQLValue] = [.time(now), .integer(Int64(limit))]
        return try await database.execute([SQLStatement(statements.deleteExpiredSessions, arguments)])
    }

    public func apply(_ changes: [StoreChange]) async throws {
        guard !changes.isEmpty else { return }
        _ = try await database.execute(changes.map(statements.statement(for:)))
    }

    /// Returns when the database answers a small read; for `/readyz`.
    ///
    /// - Throws: ``StoreError`` when it does not.
    public func checkReadiness() async throws {
        _ = try await database.firstRow(SQLStatement(statements.probe)) { _ in true }
    }
}
