import CJSON
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
        let read = try keys.open(sealed, finding: Self.readNames.pointers) { payload, values in
            try TokenTimes.check(
                exp: UnsafeBufferPointer(claim: values[0]), nbf: UnsafeBufferPointer(claim: values[4]),
                iat: UnsafeBufferPointer(claim: values[1]), now: now.seconds)
            return (
                payload: payload, expires: RawObject.integer(values[0]), issuedAt: RawObject.integer(values[1]),
                sid: RawObject.plainString(values[2]), version: RawObject.integer(values[3])
            )
        }
        payload = read.payload
        expires = read.expires ?? now.seconds
        issuedAt = read.issuedAt ?? 0
        version = read.version ?? 0
        if let own = read.sid, !own.isEmpty {
            (sid, hasSid) = (own, true)
        } else {
            (sid, hasSid) = (Hex.encode(SHA256.hash(sealed)), false)
        }
    }

    private static let readNames = RawObject.Names("exp", "iat", "sid", "ver", "nbf")
    private static let stampedNames = RawObject.Names("exp", "iat", "jti", "sid", "ver")

    /// A payload with fresh `exp iat jti sid ver`, ready to be sealed.
    static func stamped(
        _ payload: [UInt8], sid: String, version: Int64, now: Timestamp, maxAge: Int64, random: any RandomSource
    ) throws -> [UInt8] {
        let (expires, overflow) = now.seconds.addingReportingOverflow(maxAge)
        let name = try UUIDv4.make(random)
        func write(_ index: Int, _ out: inout [UInt8]) {
            switch index {
            case 0: out += String(overflow ? Int64.max : expires).utf8
            case 1: out += String(now.seconds).utf8
            case 2: Self.quote(name, &out)
            case 3: Self.quote(sid, &out)
            default: out += String(version).utf8
            }
        }
        if let stamped = RawObject.replacing(stampedNames, in: payload, write: write) { return stamped }
        let names: [StaticString] = ["exp", "iat", "jti", "sid", "ver"]
        let members = names.enumerated().map { index, name in
            var value: [UInt8] = []
            write(index, &value)
            return (name: name, value: value)
        }
        guard let stamped = RawObject.setting(members, in: payload) else {
            throw TokenError(.malformed, "the token is not an object")
        }
        return stamped
    }

    /// Names of sessions and tokens hold nothing that needs an escape.
    private static func quote(_ text: String, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        out += text.utf8
        out.append(UInt8(ascii: "\""))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The raw value of a claim; `nil` where it is absent.
    fileprivate init?(claim value: cj_span) {
        guard let bytes = value.bytes else { return nil }
        self.init(start: bytes, count: value.length)
    }
}
