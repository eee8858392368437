import MoongateTokens

/// The hooks by the names that files, logs and documents use.
public enum HookName: String, Sendable, CaseIterable {
    case signIn, redirect, jwt, session, authorize, events, rules

    /// Those that a plugin may have: rules are the site's own.
    public static let ofPlugins = allCases.filter { $0 != .rules }

    /// The events that `events.lua` may hold a function for (contract 4).
    public static let eventNames = ["signIn", "signOut", "createUser", "updateUser", "linkAccount", "session"]
}

/// Runs hooks that are scripts. The engine knows no Lua: a generation carries one of these, or none.
///
/// A runner belongs to one generation and never changes. Chains over several owners (plugins, then the site) are the
/// engine's: ``chain(_:)`` lists who has a part in a hook, in order.
public protocol HookRunner: Sendable {
    /// Who has a part in `hook`, in the order of their turn; empty when nobody has.
    func chain(_ hook: HookName) -> [HookReference]
    /// Who listens to an event (`signIn`, `signOut`, `createUser`, …), in the order of their turn; empty when nobody does.
    func eventChain(_ name: String) -> [HookReference]
    /// Whether a session hook, or a function of the rules, that did not end in its first slice may be dropped and run again
    /// from its beginning: nothing that it did so far has been seen by anybody.
    var canStartOver: Bool { get }
    /// Lends a worker for the hooks of one request. Ended by ``HookLease/end()``.
    /// - Throws: ``ScriptFailure`` with code `overloaded` when too many are lent.
    func lease() throws -> any HookLease
}

extension HookRunner {
    /// Nobody: for a runner that knows no events.
    public func eventChain(_ name: String) -> [HookReference] { [] }
    /// A careful answer.
    public var canStartOver: Bool { false }
}

/// One script's part in a hook.
public struct HookReference: Sendable, Hashable {
    /// The runner's own number for it.
    public let index: Int
    /// `scripts/jwt.lua`: what logs and errors call it.
    public let file: String
    /// The runner's number for whose script it is. A kept result passes only between hooks of one owner.
    public let owner: Int
    /// Whether events show it the provider's tokens: ``ScriptNeeds/providerTokens`` of its owner.
    public let seesTokens: Bool

    /// A reference from its parts.
    public init(index: Int, file: String, owner: Int = 0, seesTokens: Bool = false) {
        self.index = index
        self.file = file
        self.owner = owner
        self.seesTokens = seesTokens
    }
}

/// A borrowed worker, used by one task at a time, for the hooks of one request: one virtual machine at a time, the owner's
/// whose script is called.
public protocol HookLease: AnyObject {
    /// Says whose request the calls that follow belong to, as logs name it.
    func serve(requestID: String)
    /// Runs a hook until it is done or its first slice is over. Synchronous: this is the session read's fast path.
    func start(_ hook: HookReference, _ call: HookCall) -> HookStep
    /// Goes on after ``HookStep/pending``: gives way to others, answers what the script waits for, resumes.
    func proceed() async -> HookStep
    /// Gives the worker back. Nothing of the lease may be used afterwards.
    func end()
    /// As ``end()`` for a call that is begun again by another lease: nobody counts it as a failure.
    func drop()
}

extension HookLease {
    /// For leases that log nothing.
    public func serve(requestID: String) {}
    /// For leases that count nothing.
    public func drop() { end() }
}

/// The one table that a hook is given, and what happens to its result.
public struct HookCall: Sendable {
    /// A field of the table.
    public struct Argument: Sendable {
        /// What a field holds.
        public enum Value: Sendable {
            /// A JSON document: that it is one is the word of whoever makes the call.
            case json([UInt8])
            /// The kept result of the hook before (the token that `jwt` returned), with no copy and no decoding.
            case kept
        }

        /// The field's name.
        public let name: StaticString
        /// What it holds.
        public let value: Value

        /// A field from its parts.
        public init(_ name: StaticString, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The fields of the table.
    public var arguments: [Argument]
    /// Top-level members of the result that get back the value they have in `original` (absent stays absent), whatever
    /// the script did: the reserved claims. `nil`: the result is taken as it is.
    public var restoring: Restoration?
    /// Keep the result for the next call of this lease, which must be of a script of the same owner.
    public var keepsResult: Bool
    /// The hook may return nothing at all (events).
    public var allowsNoValue: Bool
    /// Whom the call is about; `nil` where nobody is known yet.
    public var subject: HookSubject?
    /// Tables of the call in which reading a field that is not there and not listed raises: what is listed is `nil` where
    /// it is absent, and a misspelt name is an error.
    public var strict: [StrictTable] = []

    /// See ``strict``.
    public struct StrictTable: Sendable {
        /// The argument that it is; `nil` for the one table that holds the arguments.
        public let argument: StaticString?
        /// A JSON list of strings: what messages call the table, why a field cannot be read, and what may be read.
        public let listing: [UInt8]

        /// A table from its parts. Make it once and use it for many calls.
        /// - Parameters:
        ///   - argument: The argument; `nil` for the one table that holds the arguments.
        ///   - path: What messages call it: `c.user`.
        ///   - reason: What they say of a field that is not listed: `not named in claims`.
        ///   - fields: What may be read.
        public init(argument: StaticString?, path: String, reason: String, fields: [String]) {
            self.argument = argument
            listing = JSONValue.array(([path, reason] + fields).map(JSONValue.string)).canonicalBytes()
        }
    }

    /// See ``restoring``.
    public struct Restoration: Sendable {
        /// Sorted by bytes.
        public var names: [StaticString]
        /// Canonical JSON of the object before the hook.
        public var original: [UInt8]

        /// A restoration from its parts.
        public init(names: [StaticString], original: [UInt8]) {
            self.names = names
            self.original = original
        }
    }

    /// A call with these fields.
    public init(
        _ arguments: [Argument], restoring: Restoration? = nil, keepsResult: Bool = false, allowsNoValue: Bool = false,
        subject: HookSubject? = nil
    ) {
        self.arguments = arguments
        self.restoring = restoring
        self.keepsResult = keepsResult
        self.allowsNoValue = allowsNoValue
        self.subject = subject
    }
}

/// Where a hook stands.
public enum HookStep: Sendable {
    /// Done.
    case returned(HookResult)
    /// Its slice is over, or it waits for the host: call ``HookLease/proceed()``.
    case pending
    /// It failed; the worker runs nothing more.
    case failed(ScriptFailure)
}

/// What a hook returned.
public enum HookResult: Sendable {
    /// An explicit `nil`.
    case null
    /// Canonical JSON: keys in byte order. `restored` names the reserved claims that the script had tried to change.
    case value([UInt8], restored: [String])
    /// `deny{ code = …, message = … }`, made by the host.
    case denied(code: String, message: String?)
    /// What `decide` of a rule says: `allow{ … }`, `deny{ … }`, `login{ … }`, `redirect{ … }`, `stepUp{ … }`, made by
    /// the host.
    case verdict(RuleVerdict)
    /// Nothing (only where ``HookCall/allowsNoValue``).
    case nothing
}

/// Why a script did not finish. Never a refusal of a user, and never permission.
public struct ScriptFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name: `script.error`, `script.steps`, `script.memory`, `hook.noReturn`, `hook.type`, `overloaded`, …
    public let code: String
    /// What happened, in words; no addresses, no secrets.
    public let message: String
    /// The file, as in `scripts/jwt.lua`.
    public let script: String?
    /// The line in it, counted from 1.
    public let line: Int?

    /// A failure from its parts.
    public init(code: String, message: String, script: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.script = script
        self.line = line
    }

    public var description: String {
        let place = script.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return "\(place)\(message) (\(code))"
    }
}
