import CJSON

/// The times in a token's claims (RFC 7519, 4.1.4 to 4.1.6), checked as Auth.js does.
public struct TokenTimes {
    /// Beyond this many seconds a number is no time but a mistake or an attack.
    private static let limit = 9_007_199_254_740_992.0  // 2^53

    /// Checks `exp`, `nbf` and `iat` without building a tree.
    ///
    /// `exp` must be there and later than `now - tolerance`; `nbf`, if there, not later than `now + tolerance`; `iat`,
    /// if there, a number. Fractions of seconds are accepted.
    ///
    /// - Parameters:
    ///   - payload: A JSON object that has passed the parser, such as ``SealingKeys/open(_:)`` gives.
    ///   - now: Seconds since 1970.
    ///   - tolerance: Seconds by which clocks may differ.
    /// - Throws: ``TokenError``: ``TokenError/Code/badClaims``, ``TokenError/Code/expired`` or
    ///   ``TokenError/Code/notYetValid``.
    public static func check(_ payload: [UInt8], now: Int64, tolerance: Int64 = 15) throws {
        try payload.withUnsafeBufferPointer { try check($0, now: now, tolerance: tolerance) }
    }

    /// Checks the times in borrowed bytes.
    public static func check(_ payload: UnsafeBufferPointer<UInt8>, now: Int64, tolerance: Int64 = 15) throws {
        let times = try read(payload)
        try check(exp: times.exp, nbf: times.nbf, now: now, tolerance: tolerance)
    }

    /// Checks raw values that have been found already; `nil` for an absent claim.
    package static func check(
        exp: UnsafeBufferPointer<UInt8>?, nbf: UnsafeBufferPointer<UInt8>?, iat: UnsafeBufferPointer<UInt8>?,
        now: Int64,
        tolerance: Int64 = 15
    ) throws {
        _ = try time(in: iat)
        try check(exp: try time(in: exp), nbf: try time(in: nbf), now: now, tolerance: tolerance)
    }

    private static func check(exp: Double?, nbf: Double?, now: Int64, tolerance: Int64) throws {
        let now = Double(now)
        let tolerance = Double(tolerance)
        guard let expiry = exp else { throw TokenError(.badClaims, "no exp") }
        guard expiry > now - tolerance else { throw TokenError(.expired, "exp has passed") }
        if let start = nbf, start > now + tolerance { throw TokenError(.notYetValid, "nbf has not come") }
    }

    private static func read(_ payload: UnsafeBufferPointer<UInt8>) throws -> (exp: Double?, nbf: Double?) {
        try withUnsafeTemporaryAllocation(of: cj_span.self, capacity: 3) { spans in
            // Static strings end with NUL and live as long as the program.
            let names: [StaticString] = ["exp", "nbf", "iat"]
            let keys = names.map { UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self) as Optional }
            guard cj_find_all(payload.baseAddress, payload.count, keys, spans.baseAddress, 3) == CJ_OK else {
                throw TokenError(.badClaims, "not a JSON object")
            }
            let found = spans.map { $0.bytes == nil ? nil : UnsafeBufferPointer(start: $0.bytes, count: $0.length) }
            _ = try time(in: found[2])
            return (try time(in: found[0]), try time(in: found[1]))
        }
    }

    /// Nil when the claim is absent.
    private static func time(in raw: UnsafeBufferPointer<UInt8>?) throws -> Double? {
        guard let raw else { return nil }
        if let seconds = wholeSeconds(raw) { return seconds }
        guard let seconds = (try? JSONValue(parsing: raw))?.doubleValue, abs(seconds) <= limit else {
            throw TokenError(.badClaims, "a time that is not a number")
        }
        return seconds
    }

    /// The usual form, at most 15 digits, with no parser.
    private static func wholeSeconds(_ raw: UnsafeBufferPointer<UInt8>) -> Double? {
        guard (1...15).contains(raw.count), raw.count == 1 || raw[0] != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in raw {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return Double(value)
    }
}
