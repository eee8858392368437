/// Where users are kept. To implement: every value handed in comes back equal; `find` of something unknown is `nil`, also
/// for an id of the wrong form; a store that cannot answer throws ``StoreError`` with `unavailable`.
public protocol UserStore: Sendable {
    /// The user with this id.
    func findUser(id: String) async throws -> User?
    /// The user with exactly this address. The caller has lower-cased it.
    func findUser(email: String) async throws -> User?
    /// The user whom an account belongs to.
    func findUser(provider: String, providerAccountId: String) async throws -> User?
}

/// Where linked accounts are kept.
public protocol AccountStore: Sendable {
    /// The account with this key.
    func findAccount(provider: String, providerAccountId: String) async throws -> Account?
    /// Every account of a user, oldest first.
    func listAccounts(userId: String) async throws -> [Account]
}

/// Everything that a sign-in touches, with one way to write.
///
/// Writes are decided first and applied in one piece: ``apply(_:)`` makes all changes or none, so a sign-in is never
/// half stored. When ``apply(_:)`` returns, the changes outlive a crash of the process (and, for a database on disk, of
/// the machine).
public protocol AuthStore: UserStore, AccountStore, SessionStore {
    /// Applies changes in order, as one transaction.
    ///
    /// - Throws: ``StoreError`` with `conflict` when an insert meets a row with the same key (user id or e-mail, account
    ///   key, session token) or an update meets none; `unavailable` when the store cannot answer. Nothing is changed then.
    func apply(_ changes: [StoreChange]) async throws
}

/// One change of the stored identities.
public enum StoreChange: Sendable, Hashable {
    /// A new user.
    case insertUser(User)
    /// The user with this id gets these values.
    case updateUser(User)
    /// The user with this id gets what the change names, and keeps everything else: what another change does to the
    /// rest at the same time is not undone.
    case updateProfile(userId: String, ProfileChange)
    /// The user with this id, with all accounts and sessions. Nothing happens when there is none.
    case deleteUser(id: String)
    /// A new account; its user exists.
    case insertAccount(Account)
    /// The account with this key gets new tokens.
    case updateAccount(Account)
    /// The account with this key. Nothing happens when there is none.
    case deleteAccount(provider: String, providerAccountId: String)
    /// A new session; its user exists.
    case insertSession(StoredSession)
    /// The session with this key gets a new expiry.
    case updateSession(key: SessionKey, expires: Timestamp)
    /// The session with this key. Nothing happens when there is none.
    case deleteSession(key: SessionKey)
}

/// What becomes of a user's profile.
public struct ProfileChange: Sendable, Hashable {
    /// What becomes of one value.
    public enum Value: Sendable, Hashable {
        /// It stays.
        case kept
        /// It is this from now on; `nil`: there is none.
        case set(String?)
    }

    /// The claims before and after.
    public struct ClaimsChange: Sendable, Hashable {
        /// What the change was made from: it is a conflict when the user's are others by now.
        public let before: Claims
        /// What they are from now on.
        public let after: Claims

        /// A change from its parts.
        public init(from before: Claims, to after: Claims) {
            self.before = before
            self.after = after
        }
    }

    /// The name.
    public var name = Value.kept
    /// The picture.
    public var image = Value.kept
    /// The claims; `nil`: they stay.
    public var claims: ClaimsChange?

    /// A change from its parts; of nothing at all, if nothing is named.
    public init(name: Value = .kept, image: Value = .kept, claims: ClaimsChange? = nil) {
        self.name = name
        self.image = image
        self.claims = claims
    }
}

/// Why a store did not do what was asked. Equality looks at `code` alone.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name for the kind of failure.
    public struct Code: Sendable, Hashable {
        /// The name, as it stands in logs.
        public let name: String
        /// A code of your own, for drivers that fail in further ways.
        public init(_ name: String) { self.name = name }
        /// The database cannot answer now; trying again later may help.
        public static let unavailable = Code("store.unavailable")
        /// A row with this key is there already, or the row to update is not.
        public static let conflict = Code("store.conflict")
        /// The database is not one of ours, or of a newer version.
        public static let schema = Code("store.schema")
        /// The database url cannot be used.
        public static let configuration = Code("store.configuration")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, without values of rows.
    public let message: String

    /// An error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.name): \(message)" }
    public static func == (left: StoreError, right: StoreError) -> Bool { left.code == right.code }
}
