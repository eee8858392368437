/// Something that has happened: told after the fact, so nobody can refuse it any more (contract 4.6).
public struct AuthEvent: Sendable {
    /// The events by the names that `events.lua` and Auth.js use.
    public enum Name: String, Sendable, CaseIterable {
        case signIn, signOut, createUser, updateUser, linkAccount, session
    }

    /// What happened, and to whom.
    public enum Content: Sendable {
        /// Somebody signed in. `account` holds all that the token endpoint gave, tokens too; `profile` is absent for
        /// credentials; `isNewUser` is absent where nobody knows (no store).
        case signIn(user: Claims, account: Claims, profile: Claims?, isNewUser: Bool?)
        /// Somebody signed out: the token with strategy `jwt`, else `userId` and `expires` of the session.
        case signOut(token: Claims?, session: Claims?)
        /// A user was stored for the first time.
        case createUser(user: Claims)
        /// A stored user was changed.
        case updateUser(user: Claims)
        /// An account was linked to a user. `profile` is the user as the provider describes them, not its raw claims.
        case linkAccount(user: Claims, account: Claims, profile: Claims)
        /// A session was read: the body that the client got; the token with strategy `jwt`.
        case session(session: Claims, token: Claims?)
    }

    /// The request that made it happen.
    public struct Request: Sendable, Hashable {
        /// The `requestId` of the log.
        public var id: String
        /// The client's address, where it is known.
        public var ip: String?
        /// The `User-Agent` as the client sent it, at most 512 characters.
        public var userAgent: String?

        /// A request from its parts.
        public init(id: String, ip: String? = nil, userAgent: String? = nil) {
            self.id = id
            self.ip = ip
            self.userAgent = userAgent
        }
    }

    /// What happened.
    public var content: Content
    /// When it happened; it is told a little later.
    public var time: Timestamp
    /// Whose request it was.
    public var request: Request

    /// An event from its parts.
    public init(_ content: Content, time: Timestamp, request: Request) {
        self.content = content
        self.time = time
        self.request = request
    }

    /// Which event it is.
    public var name: Name {
        switch content {
        case .signIn: .signIn
        case .signOut: .signOut
        case .createUser: .createUser
        case .updateUser: .updateUser
        case .linkAccount: .linkAccount
        case .session: .session
        }
    }
}
