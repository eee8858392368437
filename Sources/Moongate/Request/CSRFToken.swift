import MoongateTokens

/// The double-submit token of contract 2.2: 32 random bytes in hex, with SHA-256(token + secret) beside it in the cookie.
struct CSRFToken: Sendable, Equatable {
    /// 64 lower-case hex digits.
    let token: String
    /// Whether the browser has it already.
    let isNew: Bool

    /// `token|hash`.
    func cookieValue(_ secrets: [Secret]) -> String { token + "|" + Self.hash(token, secrets) }

    /// The token of a cookie whose hash is right; a fresh one otherwise.
    /// - Throws: when the random source cannot deliver.
    static func read(_ cookie: String?, secrets: [Secret], random: any RandomSource) throws -> CSRFToken {
        if let cookie, let token = verified(cookie, secrets) { return CSRFToken(token: token, isNew: false) }
        return CSRFToken(token: Hex.encode(try random.bytes(32)), isNew: true)
    }

    /// Whether a submitted value is the token that the browser had before this request.
    func matches(_ submitted: String?) -> Bool {
        guard !isNew, let submitted else { return false }
        return constantTimeEqual(Array(submitted.utf8), Array(token.utf8))
    }

    private static func verified(_ cookie: String, _ secrets: [Secret]) -> String? {
        var cookie = cookie
        return cookie.withUTF8 { bytes in
            guard bytes.count == 129, bytes[64] == UInt8(ascii: "|") else { return nil }
            let token = Array(bytes[..<64])
            let expected = Hex.bytes(digest(token, secrets))
            guard constantTimeEqual(Array(bytes[65...]), expected) else { return nil }
            return String(decoding: token, as: UTF8.self)
        }
    }

    static func hash(_ token: String, _ secrets: [Secret]) -> String {
        Hex.encode(digest(Array(token.utf8), secrets))
    }

    /// A list of secrets is joined with commas, as JavaScript does when Auth.js adds it to a string.
    private static func digest(_ token: [UInt8], _ secrets: [Secret]) -> [UInt8] {
        var bytes = token
        bytes.reserveCapacity(token.count + secrets.reduce(0) { $0 + $1.count + 1 })
        for (index, secret) in secrets.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            secret.withBytes { bytes.append(contentsOf: $0) }
        }
        return SHA256.hash(bytes)
    }
}
