import MoongateTokens

/// The opened payload of a session token with what the engine itself reads of it.
struct SessionToken: Sendable {
    /// The JSON object as it was sealed.
    let payload: [UInt8]
    let issuedAt: Int64
    let expires: Int64
    /// The session's own id. A token of Auth.js has none: it is named by a hash of the sealed token.
    let sid: String
    /// Whether `sid` stands in the token.
    let hasSid: Bool
    /// Counts re-issues.
    let version: Int64

    /// Opens and checks a cookie's value.
    /// - Throws: `TokenError`, never with the token's content.
    init(opening sealed: [UInt8], keys: SealingKeys, now: Timestamp) throws {
        payload = try keys.open(sealed)
        let spans = RawObject.find(["exp", "iat", "sid", "ver", "nbf"], in: payload)
        try payload.withUnsafeBufferPointer { payload in
            try TokenTimes.check(
                exp: spans[0].map { UnsafeBufferPointer(rebasing: payload[$0]) },
                nbf: spans[4].map { UnsafeBufferPointer(rebasing: payload[$0]) },
                iat: spans[1].map { UnsafeBufferPointer(rebasing: payload[$0]) }, now: now.seconds)
        }
        expires = RawObject.integer(spans[0], in: payload) ?? now.seconds
        issuedAt = RawObject.integer(spans[1], in: payload) ?? 0
        version = RawObject.integer(spans[3], in: payload) ?? 0
        if let own = RawObject.plainString(spans[2], in: payload), !own.isEmpty {
            (sid, hasSid) = (own, true)
        } else {
            (sid, hasSid) = (Hex.encode(SHA256.hash(sealed)), false)
        }
    }

    /// A payload with fresh `exp iat jti sid ver`, ready to be sealed.
    static func stamped(
        _ payload: [UInt8], sid: String, version: Int64, now: Timestamp, maxAge: Int64, random: any RandomSource
    ) throws -> [UInt8] {
        let (expires, overflow) = now.seconds.addingReportingOverflow(maxAge)
        let members: [(name: StaticString, value: [UInt8])] = [
            ("exp", Array(String(overflow ? Int64.max : expires).utf8)),
            ("iat", Array(String(now.seconds).utf8)),
            ("jti", Array("\"\(try UUIDv4.make(random))\"".utf8)),
            ("sid", Array("\"\(sid)\"".utf8)),
            ("ver", Array(String(version).utf8)),
        ]
        if let stamped = RawObject.replacing(members, in: payload) { return stamped }
        guard let stamped = RawObject.setting(members, in: payload) else {
            throw TokenError(.malformed, "the token is not an object")
        }
        return stamped
    }
}
