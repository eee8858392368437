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
        guard cookie.utf8.count == 129, let bar = cookie.utf8.firstIndex(of: UInt8(ascii: "|")) else { return nil }
        let token = String(cookie[..<bar])
        guard token.utf8.count == 64 else { return nil }
        let hash = cookie[cookie.utf8.index(after: bar)...]
        return constantTimeEqual(Array(hash.utf8), Array(Self.hash(token, secrets).utf8)) ? token : nil
    }

    /// A list of secrets is joined with commas, as JavaScript does when Auth.js adds it to a string.
    static func hash(_ token: String, _ secrets: [Secret]) -> String {
        var bytes = Array(token.utf8)
        for (index, secret) in secrets.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += secret.bytes
        }
        return Hex.encode(SHA256.hash(bytes))
    }
}
