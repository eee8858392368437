/// What a script returned.
public struct LuaResult: Sendable, Equatable {
    /// The type of the outermost value. Nothing is converted: `"false"` is a string and never a refusal.
    public enum Kind: Sendable, Equatable {
        /// `return` with nothing, or no `return` at all.
        case none
        /// `return nil` or `json.null`.
        case null
        case boolean, string, number, object, array, function
        /// A value of the host's making, by its kind.
        case handle(String)
    }

    /// What was returned.
    public let kind: Kind
    /// Canonical JSON (keys in byte order, no white space); of a handle its payload; empty for ``Kind/none``.
    public let bytes: [UInt8]
    /// Bit i is set when the script tried to change restored member i.
    public let changedMask: UInt32

    /// `true` or `false` when that is what the script returned, else `nil`.
    public var boolean: Bool? {
        guard kind == .boolean else { return nil }
        return bytes == Array("true".utf8)
    }

    /// The indices, into ``LuaRestoring``'s names, of members that the script tried to change.
    public var changedReserved: [Int] { (0..<32).filter { changedMask & (1 << UInt32($0)) != 0 } }
}

/// How far a call is.
public enum LuaStep: Sendable {
    case returned(LuaResult)
    /// The slice is over or the script waits: ``LuaLease/proceed()`` goes on.
    case pending
    case failed(LuaFailure)
}
