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

    /// As ``read(_:secrets:random:)`` of a cookie as it came, percent-encoded: the usual one is read where it stands.
    static func read(
        _ cookies: RequestCookies, name: String, secrets: [Secret], random: any RandomSource
    ) throws -> CSRFToken {
        if var raw = cookies.raw(name), let token = raw.withUTF8({ verifiedEncoded($0, secrets) }) {
            return CSRFToken(token: token, isNew: false)
        }
        return try read(cookies[name], secrets: secrets, random: random)
    }

    /// Whether a submitted value is the token that the browser had before this request.
    func matches(_ submitted: String?) -> Bool {
        guard !isNew, let submitted else { return false }
        return constantTimeEqual(Array(submitted.utf8), Array(token.utf8))
    }

    /// `token%7Chash`, which is what `encodeURIComponent` makes of it.
    private static func verifiedEncoded(_ bytes: UnsafeBufferPointer<UInt8>, _ secrets: [Secret]) -> String? {
        guard bytes.count == 131, bytes[64] == UInt8(ascii: "%"), bytes[65] == UInt8(ascii: "7"),
            bytes[66] == UInt8(ascii: "C"), !bytes[..<64].contains(UInt8(ascii: "%"))
        else { return nil }
        return verified(bytes[..<64], hash: bytes[67...], secrets)
    }

    private static func verified(
        _ token: Slice<UnsafeBufferPointer<UInt8>>, hash: Slice<UnsafeBufferPointer<UInt8>>, _ secrets: [Secret]
    ) -> String? {
        let token = Array(token)
        guard constantTimeEqual(Array(hash), Hex.bytes(digest(token, secrets))) else { return nil }
        return String(decoding: token, as: UTF8.self)
    }

    private static func verified(_ cookie: String, _ secrets: [Secret]) -> String? {
        var cookie = cookie
        return cookie.withUTF8 { bytes in
            guard bytes.count == 129, bytes[64] == UInt8(ascii: "|") else { return nil }
            return verified(bytes[..<64], hash: bytes[65...], secrets)
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
