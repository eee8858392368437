/// How a stored session is found: the SHA-256 (lower-case hex) of the token in the browser's cookie, or the token itself
/// where `session.storedAs = "plain"`. The plain token and its key never share a type.
public struct SessionKey: Sendable, Hashable {
    /// What stands in the store's `sessionToken` column.
    public let stored: String
    /// A key from the stored form.
    public init(stored: String) { self.stored = stored }
}

/// One row of the sessions table (contract 6.1).
public struct StoredSession: Sendable, Hashable {
    /// Found by this.
    public var key: SessionKey
    /// Whose session it is.
    public var userId: String
    /// When it ends.
    public var expires: Timestamp

    /// A session from its parts.
    public init(key: SessionKey, userId: String, expires: Timestamp) {
        self.key = key
        self.userId = userId
        self.expires = expires
    }
}

/// Where database sessions are kept.
public protocol SessionStore: Sendable {
    /// The session with this key and its user, **also when it has expired**: the caller compares `expires` with its own
    /// clock, so that a driver never decides with the database's.
    func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)?
    /// Sessions of a user, soonest expiry first.
    func listSessions(userId: String) async throws -> [StoredSession]
    /// Removes sessions that expired before `now`, at most `limit` rows a call; returns how many.
    func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int
}
