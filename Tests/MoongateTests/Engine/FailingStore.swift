import Synchronization

@testable import Moongate

/// A store that reads and does not write: every change fails with one error.
final class FailingStore: AuthStore {
    private let inner = InMemoryStore()
    private let error: Mutex<StoreError?>

    /// - Parameter error: `nil` until ``fail(with:)`` is called.
    init(_ error: StoreError? = nil) { self.error = Mutex(error) }

    func fail(with error: StoreError?) { self.error.withLock { $0 = error } }

    func findUser(id: String) async throws -> User? { try await inner.findUser(id: id) }
    func findUser(email: String) async throws -> User? { try await inner.findUser(email: email) }
    func findUser(provider: String, providerAccountId: String) async throws -> User? {
        try await inner.findUser(provider: provider, providerAccountId: providerAccountId)
    }
    func findAccount(provider: String, providerAccountId: String) async throws -> Account? {
        try await inner.findAccount(provider: provider, providerAccountId: providerAccountId)
    }
    func listAccounts(userId: String) async throws -> [Account] { try await inner.listAccounts(userId: userId) }
    func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)? {
        try await inner.findSession(key: key)
    }
    func listSessions(userId: String) async throws -> [StoredSession] { try await inner.listSessions(userId: userId) }
    func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int {
        try await inner.deleteExpiredSessions(before: now, limit: limit)
    }

    func apply(_ changes: [StoreChange]) async throws {
        if let error = error.withLock({ $0 }) { throw error }
        try await inner.apply(changes)
    }
}
