extension HookCall.Restoration {
    /// Reserved claims keep the value that they have in a token.
    public init(reservedClaimsOf token: Claims) {
        self.init(names: ReservedClaims.names, original: token.canonicalBytes)
    }
}

/// The claims that are the engine's: a hook reads them and cannot change, add or remove them.
enum ReservedClaims {
    /// In byte order.
    static let names: [StaticString] = [
        "aud", "auth_time", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "ver",
    ]

    private static let texts = names.map { String(describing: $0) }

    /// Gives every reserved claim the value it has in `original` (absent stays absent) and says which ones had changed.
    static func restore(_ claims: inout Claims, from original: Claims) -> [String] {
        texts.filter { name in
            guard claims[name] != original[name] else { return false }
            claims[name] = original[name]
            return true
        }
    }
}
