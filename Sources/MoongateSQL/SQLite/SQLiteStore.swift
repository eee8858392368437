import Moongate

/// The default store: one SQLite file, for one process on one machine.
///
/// A write that returned survives a crash of the machine (`synchronous = FULL`). Reads never wait for a writer.
public typealias SQLiteStore = SQLStore<SQLiteDatabase>

extension SQLStore where Database == SQLiteDatabase {
    /// Opens the file that a database url such as `sqlite:moongate.db` names; makes it, readable by its owner alone,
    /// when it is not there. Blocks: for program start, not for a request.
    ///
    /// - Parameters:
    ///   - url: `sqlite:` and a path.
    ///   - directory: What a relative path starts from: the folder of config.lua.
    /// - Throws: ``StoreError`` with a sentence that names the path and says what to do.
    public init(url: String, relativeTo directory: String) throws {
        self.init(on: try SQLiteDatabase(path: try SQLiteLocation(url: url, relativeTo: directory).path))
    }

    /// Where the file of a `sqlite:` url lies.
    /// - Throws: `StoreError` where the url names none.
    package static func path(url: String, relativeTo directory: String) throws -> String {
        try SQLiteLocation(url: url, relativeTo: directory).path
    }

    /// Opens the file at a path; makes it when it is not there. Blocks, and throws as ``init(url:relativeTo:)``.
    public static func open(path: String) throws -> SQLiteStore {
        SQLiteStore(on: try SQLiteDatabase(path: path))
    }

    /// Ends all connections, after the work under way. Later calls throw `unavailable`; closing again does nothing.
    ///
    /// - Throws: ``StoreError`` when the database is still in use; then it stays open.
    public func close() throws { try database.close() }
}
