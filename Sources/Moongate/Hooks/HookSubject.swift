import MoongateTokens

/// Whom a hook is about. Values that a script keeps beyond its call are told apart by it, so that no user is given
/// another's. Read only by owners whose scripts keep any; until then it costs a reference.
public enum HookSubject: Sendable {
    /// A user's id.
    case id(String)
    /// The `sub` of a token, given as its payload.
    case token([UInt8])

    /// The subject of a user's table; `nil` when it says no id.
    public init?(user: Claims?) {
        switch user?["id"] {
        case .string(let id)?: self = .id(id)
        case .integer(let id)?: self = .id(String(id))
        default: return nil
        }
    }

    private static let names = RawObject.Names("sub")

    /// The subject itself; `nil` when the token names none.
    public var id: String? {
        switch self {
        case .id(let id): return id
        case .token(let payload):
            return RawObject.withValues(of: Self.names, in: payload) { values in
                if let plain = RawObject.plainString(values[0]) { return plain }
                let raw = UnsafeBufferPointer(start: values[0].bytes, count: values[0].length)
                return (try? JSONValue(parsing: raw))?.stringValue
            }
        }
    }
}
