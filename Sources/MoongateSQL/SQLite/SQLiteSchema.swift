import GRDB
import Moongate

/// The tables, and how an older file gets them. `PRAGMA user_version` holds the version.
enum SQLiteSchema {
    /// The version that this program writes.
    static let version: Int64 = 3

    /// Brings the file to ``version`` in one transaction, on the writer. A file that is there already is not touched.
    static func migrate(_ db: Database, path: String) throws {
        try db.inTransaction(.immediate) {  // taken before looking: two programs may start at once
            let found = try currentVersion(db)
            guard (0...version).contains(found) else { throw refusal(found, path) }
            if found < 1 { try createFirst(db, path) }
            try checkTables(db, path)
            if found < 2 { try createSecond(db, path) }
            if found < 3 { try db.execute(sql: claims) }
            if found < version { try db.execute(sql: "PRAGMA user_version = \(version)") }
            return .commit
        }
    }

    private static func currentVersion(_ db: Database) throws -> Int64 {
        try db.rows(SQLStatement("PRAGMA user_version")) { $0.integer(0) ?? 0 }.first ?? 0
    }

    private static func refusal(_ found: Int64, _ path: String) -> StoreError {
        StoreError(
            .schema,
            "database \(path) has schema version \(found), and this Moongate knows up to \(version): "
                + "run the Moongate that wrote it or a newer one, or name another path")
    }

    private static func createFirst(_ db: Database, _ path: String) throws {
        guard try presentTables(db, of: tables).isEmpty else { throw foreign(path) }
        try db.execute(sql: first)
    }

    private static func createSecond(_ db: Database, _ path: String) throws {
        guard try presentTables(db, of: ["kv", "kv_usage"]).isEmpty else { throw foreign(path) }
        try db.execute(sql: keyValues)
    }

    private static func checkTables(_ db: Database, _ path: String) throws {
        guard try presentTables(db, of: tables).count == tables.count else { throw foreign(path) }
    }

    private static func foreign(_ path: String) -> StoreError {
        StoreError(
            .schema,
            "the tables in database \(path) belong to another program: name another path, and move its users over")
    }

    private static let tables: Set<String> = ["users", "accounts", "sessions", "verification_token"]

    private static func presentTables(_ db: Database, of tables: Set<String>) throws -> [String] {
        // SQLite takes table names of any case as equal.
        try db.rows(SQLStatement("SELECT lower(name) FROM sqlite_master")) { $0.text(0) }
            .compactMap { $0 }.filter(tables.contains)
    }

    /// Version 1. Names are Auth.js's (contract 6.3), with the keys that its adapter leaves out. Moments are Unix
    /// milliseconds; `accounts.expires_at` is Unix seconds as in OAuth. The numeric ids give the order of insertion.
    private static let first = """
        CREATE TABLE users (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT,
            email TEXT UNIQUE,
            "emailVerified" INTEGER,
            image TEXT
        ) STRICT;
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY,
            "userId" TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            type TEXT NOT NULL,
            provider TEXT NOT NULL,
            "providerAccountId" TEXT NOT NULL,
            refresh_token TEXT,
            access_token TEXT,
            expires_at INTEGER,
            token_type TEXT,
            scope TEXT,
            id_token TEXT,
            session_state TEXT,
            UNIQUE (provider, "providerAccountId")
        ) STRICT;
        CREATE INDEX accounts_user ON accounts ("userId");
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            "sessionToken" TEXT NOT NULL UNIQUE,
            "userId" TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            expires INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_user ON sessions ("userId");
        CREATE INDEX sessions_expires ON sessions (expires);
        CREATE TABLE verification_token (
            identifier TEXT NOT NULL,
            expires INTEGER NOT NULL,
            token TEXT NOT NULL,
            PRIMARY KEY (identifier, token)
        ) STRICT;
        """

    /// Version 3: what scripts keep about users, a JSON object; `NULL` for nothing.
    private static let claims = "ALTER TABLE users ADD COLUMN claims TEXT"

    /// Version 2: values of scripts. `size` is bytes of name and value; `kv_usage` follows every change of `kv`.
    private static let keyValues = """
        CREATE TABLE kv (
            id INTEGER PRIMARY KEY,
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            size INTEGER NOT NULL,
            expires INTEGER,
            UNIQUE (owner, name)
        ) STRICT;
        CREATE INDEX kv_expires ON kv (expires) WHERE expires IS NOT NULL;
        CREATE INDEX kv_owner_expires ON kv (owner, expires) WHERE expires IS NOT NULL;
        CREATE TABLE kv_usage (
            owner TEXT NOT NULL PRIMARY KEY,
            entries INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        CREATE TRIGGER kv_inserted AFTER INSERT ON kv BEGIN
            INSERT INTO kv_usage (owner, entries, bytes) VALUES (new.owner, 1, new.size)
                ON CONFLICT (owner) DO UPDATE SET entries = entries + 1, bytes = bytes + excluded.bytes;
        END;
        CREATE TRIGGER kv_updated AFTER UPDATE OF size ON kv BEGIN
            UPDATE kv_usage SET bytes = bytes + new.size - old.size WHERE owner = new.owner;
        END;
        CREATE TRIGGER kv_deleted AFTER DELETE ON kv BEGIN
            UPDATE kv_usage SET entries = entries - 1, bytes = bytes - old.size WHERE owner = old.owner;
        END;
        """
}
