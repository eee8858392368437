/// Why something about a token, a key or a secret could not be done. Two errors are equal when their codes are.
///
/// Never holds a token, a claim, a key or a secret: `reason` is one of this target's own sentences, safe to log.
public struct TokenError: Error, Sendable {
    /// A stable name, the same in logs and documentation. Others may add their own.
    public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The name, such as `token.unreadable`.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name.
        public var description: String { rawValue }

        /// Longer than 16,384 characters, or would be when sealed.
        public static let tooLarge = Code(rawValue: "token.tooLarge")
        /// A sealed token that does not open: one code for every cause, so nobody learns how near a forgery came.
        public static let unreadable = Code(rawValue: "token.unreadable")
        /// A signed token whose parts or header are not what RFC 7515 asks for.
        public static let malformed = Code(rawValue: "token.malformed")
        /// The signature's algorithm is not one that the caller allows, or not the key's own.
        public static let algorithmRefused = Code(rawValue: "token.algorithmRefused")
        /// No key of the set has this `kid`, or none fits: the set may be out of date.
        public static let unknownKey = Code(rawValue: "token.unknownKey")
        /// No `kid`, and several keys of the set would fit.
        public static let ambiguousKey = Code(rawValue: "token.ambiguousKey")
        /// The signature is not this key's over these bytes.
        public static let badSignature = Code(rawValue: "token.badSignature")
        /// The payload is not a JSON object, or a time in it is not a number.
        public static let badClaims = Code(rawValue: "token.badClaims")
        /// `exp` has passed.
        public static let expired = Code(rawValue: "token.expired")
        /// `nbf` has not come yet.
        public static let notYetValid = Code(rawValue: "token.notYetValid")
        /// A key set that is not one, or beyond the limits.
        public static let badKeySet = Code(rawValue: "token.badKeySet")
        /// No secret, or an empty one.
        public static let badSecret = Code(rawValue: "token.badSecret")
        /// These keys only read.
        public static let readOnly = Code(rawValue: "token.readOnly")
        /// OpenSSL gave no randomness or no algorithm. Nothing was made.
        public static let cryptoUnavailable = Code(rawValue: "token.cryptoUnavailable")
    }

    /// What happened, for programs.
    public let code: Code
    /// What happened, for the log: an English phrase that depends on no input.
    public let reason: String

    /// An error with a reason that must not quote anything secret.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension TokenError: Equatable {
    /// Equal codes; the reason plays no part.
    public static func == (one: TokenError, other: TokenError) -> Bool { one.code == other.code }
}

extension TokenError: CustomStringConvertible {
    /// `code: reason`.
    public var description: String { "\(code): \(reason)" }
}
