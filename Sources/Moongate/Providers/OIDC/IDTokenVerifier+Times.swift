import MoongateTokens

extension IDTokenVerifier {
    /// Checks `exp`, `iat` (both required), `nbf`, and `auth_time` against a configured `max_age`.
    /// - Returns: `auth_time`, if there is one.
    func checkTimes(_ claims: [String: JSONValue]) throws(Denial) -> Int64? {
        let seconds = now.seconds
        guard let expires = try time("exp", claims), let issued = try time("iat", claims) else {
            throw Denial(.idTokenTimes, "exp or iat is missing")
        }
        // Times are held within ±2^53, so that none of these sums can overflow.
        guard expires > seconds - Self.tolerance else { throw Denial(.idTokenTimes, "it has expired") }
        guard issued <= seconds + Self.tolerance else { throw Denial(.idTokenTimes, "iat lies in the future") }
        guard issued >= seconds - Self.maximumAge else { throw Denial(.idTokenTimes, "iat lies too far back") }
        if let from = try time("nbf", claims), from > seconds + Self.tolerance {
            throw Denial(.idTokenTimes, "it is not valid yet")
        }
        let signedInAt = try time("auth_time", claims)
        if let maximum = configuredMaximumAge {
            guard let signedInAt, signedInAt >= seconds - Self.tolerance - maximum else {
                throw Denial(.idTokenTimes, "auth_time is missing or older than the configured max_age")
            }
        }
        return signedInAt
    }

    /// A NumericDate (RFC 7519 section 2), rounded down; it may have a fraction.
    private func time(_ name: String, _ claims: [String: JSONValue]) throws(Denial) -> Int64? {
        guard let value = claims[name], value != .null else { return nil }
        guard let number = value.doubleValue, number.magnitude <= 9_007_199_254_740_992 else {
            throw Denial(.idTokenTimes, "\(name) is not a time")
        }
        return Int64(number.rounded(.down))
    }

    /// The operator's `max_age`, in seconds. A browser's own is a wish and is not enforced.
    private var configuredMaximumAge: Int64? {
        configuration.authorizationParameters.last { $0.name == "max_age" }
            .flatMap { Int64($0.value) }.map { min(max($0, 0), 3_155_760_000) }
    }
}
