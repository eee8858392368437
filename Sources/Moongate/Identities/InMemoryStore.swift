import Synchronization

/// The shortest correct store, in memory: for `database = "memory:"`, for tests, and to be read first by who writes the
/// next driver. Everything is gone when the process ends.
public final class InMemoryStore: AuthStore {
    private struct Tables {
        var users: [String: User] = [:]
        var accounts: [AccountKey: Account] = [:]
        var accountOrder: [AccountKey] = []
        var sessions: [SessionKey: StoredSession] = [:]
    }

    /// Compared as bytes, as databases do: Swift takes differently written accents for one text, and so for one account.
    private struct AccountKey: Hashable {
        let provider, id: [UInt8]

        init(provider: String, id: String) {
            self.provider = Array(provider.utf8)
            self.id = Array(id.utf8)
        }
    }

    private let tables = Mutex(Tables())

    /// An empty store.
    public init() {}

    public func findUser(id: String) async throws -> User? { tables.withLock { $0.users[id] } }

    public func findUser(email: String) async throws -> User? {
        tables.withLock { tables in tables.users.values.first { Self.isSame($0.email, email) } }
    }

    public func findUser(provider: String, providerAccountId: String) async throws -> User? {
        tables.withLock { tables in
            tables.accounts[AccountKey(provider: provider, id: providerAccountId)].flatMap { tables.users[$0.userId] }
        }
    }

    public func findAccount(provider: String, providerAccountId: String) async throws -> Account? {
        tables.withLock { $0.accounts[AccountKey(provider: provider, id: providerAccountId)] }
    }

    public func listAccounts(userId: String) async throws -> [Account] {
        tables.withLock { tables in
            tables.accountOrder.compactMap { tables.accounts[$0] }.filter { $0.userId == userId }
        }
    }

    public func findSession(key: SessionKey) async throws -> (session: StoredSession, user: User)? {
        tables.withLock { tables in
            guard let session = tables.sessions[key], let user = tables.users[session.userId] else { return nil }
            return (session, user)
        }
    }

    public func listSessions(userId: String) async throws -> [StoredSession] {
        tables.withLock { tables in
            tables.sessions.values.filter { $0.userId == userId }.sorted { $0.expires < $1.expires }
        }
    }

    public func deleteExpiredSessions(before now: Timestamp, limit: Int) async throws -> Int {
        tables.withLock { tables in
            let dead = tables.sessions.values.filter { $0.expires < now }.prefix(limit)
            for session in dead { tables.sessions[session.key] = nil }
            return dead.count
        }
    }

    public func apply(_ changes: [StoreChange]) async throws {
        try tables.withLock { tables in
            var next = tables  // copied on write: a change that cannot be made leaves everything as it was
            for change in changes { try Self.apply(change, to: &next) }
            tables = next
        }
    }

    private static func apply(_ change: StoreChange, to tables: inout Tables) throws {
        switch change {
        case .insertUser(let user):
            guard tables.users[user.id] == nil else { throw StoreError(.conflict, "user id is taken") }
            try checkEmail(of: user, in: tables)
            tables.users[user.id] = user
        case .updateUser(let user):
            guard tables.users[user.id] != nil else { throw StoreError(.conflict, "no such user") }
            try checkEmail(of: user, in: tables)
            tables.users[user.id] = user
        case .updateProfile(let id, let change):
            guard var user = tables.users[id] else { throw StoreError(.conflict, "no such user") }
            if case .set(let name) = change.name { user.name = name }
            if case .set(let image) = change.image { user.image = image }
            if let claims = change.claims {
                guard user.claims == claims.before else { throw StoreError(.conflict, "the claims are others by now") }
                user.claims = claims.after
            }
            tables.users[id] = user
        case .deleteUser(let id):
            tables.users[id] = nil
            for (key, account) in tables.accounts where account.userId == id { remove(key, from: &tables) }
            tables.sessions = tables.sessions.filter { $0.value.userId != id }
        case .insertAccount(let account):
            let key = AccountKey(provider: account.provider, id: account.providerAccountId)
            guard tables.users[account.userId] != nil else { throw StoreError(.conflict, "no such user") }
            guard tables.accounts[key] == nil else { throw StoreError(.conflict, "account is linked already") }
            tables.accounts[key] = account
            tables.accountOrder.append(key)
        case .updateAccount(let account):
            let key = AccountKey(provider: account.provider, id: account.providerAccountId)
            guard tables.accounts[key] != nil else { throw StoreError(.conflict, "no such account") }
            tables.accounts[key]?.tokens = account.tokens
        case .deleteAccount(let provider, let id):
            remove(AccountKey(provider: provider, id: id), from: &tables)
        case .insertSession(let session):
            guard tables.users[session.userId] != nil else { throw StoreError(.conflict, "no such user") }
            guard tables.sessions[session.key] == nil else { throw StoreError(.conflict, "session token is taken") }
            tables.sessions[session.key] = session
        case .updateSession(let key, let expires):
            guard tables.sessions[key] != nil else { throw StoreError(.conflict, "no such session") }
            tables.sessions[key]?.expires = expires
        case .deleteSession(let key):
            tables.sessions[key] = nil
        }
    }

    private static func checkEmail(of user: User, in tables: Tables) throws {
        guard let email = user.email else { return }
        if tables.users.values.contains(where: { Self.isSame($0.email, email) && $0.id != user.id }) {
            throw StoreError(.conflict, "e-mail is taken")
        }
    }

    private static func isSame(_ stored: String?, _ email: String) -> Bool {
        stored?.utf8.elementsEqual(email.utf8) ?? false
    }

    private static func remove(_ key: AccountKey, from tables: inout Tables) {
        tables.accounts[key] = nil
        tables.accountOrder.removeAll { $0 == key }
    }
}
