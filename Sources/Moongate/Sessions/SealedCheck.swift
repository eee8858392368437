import MoongateTokens

/// A short-lived sealed cookie of a sign-in that is under way (contract 2.4): `state`, `nonce`, the PKCE verifier. The
/// cookie's own name is the salt, and the provider's id is inside, so neither passes for another.
struct SealedCheck: Sendable {
    /// 15 minutes.
    static let maxAge: Int64 = 900

    let name: String
    let keys: SealingKeys

    func seal(_ value: String, provider: String, now: Timestamp, random: any RandomSource) throws -> [UInt8] {
        let payload = JSONValue.object(["value": .string(value), "provider": .string(provider)])
        let stamped = try TokenPayload.stamped(
            payload.canonicalBytes(), iat: now.seconds, exp: now.seconds + Self.maxAge, jti: UUIDv4.make(random))
        return try keys.seal(stamped)
    }

    /// The sealed value; `nil` when it cannot be opened, has expired, is empty, or was made for another provider.
    func open(_ cookie: String?, provider: String, now: Timestamp) -> String? {
        guard let cookie, let payload = try? keys.open(Array(cookie.utf8)) else { return nil }
        guard (try? TokenTimes.check(payload, now: now.seconds)) != nil,
            let claims = try? JSONValue(parsing: payload),
            let value = claims["value"]?.stringValue, !value.isEmpty,
            claims["provider"]?.stringValue == provider
        else { return nil }
        return value
    }
}

/// A random UUID (RFC 9562 section 5.4) from an injected source.
enum UUIDv4 {
    static func make(_ random: any RandomSource) throws -> String { uuidV4(from: try random.bytes(16)) }
}
