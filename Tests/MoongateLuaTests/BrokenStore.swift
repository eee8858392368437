import Moongate

/// A store that answers nothing, always for the same reason.
struct BrokenStore: AuthStore {
    let failure: any Error

    func findUser(id: String) async throws -> User? { throw failure }
    func findUser(email: String) async throws -> User? { throw failure }
    func findUser(provider: String, providerAccountId: String) async throws -> User? { throw failure }
    func findAccount(provider: String, providerAccountId: String) async throws -> Account? { throw failure }
    func listAccounts(userId: String) async throws -> [Account] { throw failure }
    func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)? { throw failure }
    func listSessions(userId: String) async throws -> [StoredSession] { throw failure }
    func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int { throw failure }
    func apply(_ changes: [StoreChange]) async throws { throw failure }
}
