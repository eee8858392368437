/// Keeps out of records what opens doors: the values of query parameters, claims and headers whose names say that they are
/// secret, whatever looks like a token, and path segments that a route names so (`/reset/:token`).
///
/// Authorization and cookies never get this far: a record is made of the canonical request, which has neither.
enum RecordSecrets {
    /// Stands where a value was.
    static let hidden = "[redacted]"

    private static let parts = [
        "token", "secret", "passw", "passphrase", "pwd", "credential", "authorization", "cookie", "apikey", "signature",
        "assertion", "jwt", "bearer", "nonce", "verifier", "otp", "session", "ticket",
    ]
    private static let ends = ["code", "state", "key", "hash"]
    private static let names: Set<String> = ["pass", "pin", "sig", "auth", "sid", "jti"]
    /// Longer than any word that stands alone in a query.
    private static let longestBare = 32

    /// Whether a name says that its value is nobody's business: `access_token`, `X-Api-Key`, `newPassword`, `code`.
    static func isSecret(_ name: String) -> Bool {
        let plain = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        return names.contains(plain) || ends.contains(where: plain.hasSuffix) || parts.contains(where: plain.contains)
    }

    /// Whether a text is a token by its looks: the header of a JWS or a JWE, in Base64.
    static func isToken(_ text: some StringProtocol) -> Bool {
        text.utf8.count > 20 && (text.hasPrefix("eyJ") || text.contains("=eyJ") || text.hasPrefix("Bearer "))
    }

    /// A claim's value or a header's.
    static func hiding(_ value: JSONValue, of name: String) -> JSONValue {
        if value != .null, isSecret(name) { return .string(hidden) }
        return hiding(value)
    }

    private static func hiding(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): isToken(text) ? .string(hidden) : value
        case .array(let items): .array(items.map(hiding))
        case .object(let members): .object(.init(uniqueKeysWithValues: members.map { ($0, hiding($1, of: $0)) }))
        case .null, .bool, .integer, .number: value
        }
    }

    static func hiding(_ text: String, of name: String) -> String {
        isSecret(name) || isToken(text) ? hidden : text
    }

    /// A query without its `?`. Servers split it at `&`, some at `;`.
    static func query(_ query: Substring) -> String { self.query(query, depth: 0) }

    /// URLs within URLs deeper than this are hidden as a whole.
    private static let deepest = 3

    private static func query(_ query: Substring, depth: Int) -> String {
        var out = ""
        var rest = query
        while true {
            let end = rest.firstIndex { $0 == "&" || $0 == ";" } ?? rest.endIndex
            out += pair(rest[..<end], depth)
            guard end < rest.endIndex else { return out }
            out.append(rest[end])
            rest = rest[rest.index(after: end)...]
        }
    }

    private static func pair(_ pair: Substring, _ depth: Int) -> String {
        guard let mark = pair.firstIndex(of: "=") else {
            return pair.utf8.count > longestBare ? hidden : String(pair)
        }
        let name = decoded(pair[..<mark])
        let value = decoded(pair[pair.index(after: mark)...])
        guard isSecret(name) || isToken(value) || holdsSecret(value, depth) else { return String(pair) }
        return pair[...mark] + hidden
    }

    private static func decoded(_ text: Substring) -> String {
        String(decoding: PercentCoding.decode(text.utf8, plusIsSpace: true), as: UTF8.self)
    }

    /// A URL within a value that carries a secret of its own: `callbackUrl=/reset?token=…`.
    private static func holdsSecret(_ value: String, _ depth: Int) -> Bool {
        guard let mark = value.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return false }
        let inner = value[value.index(after: mark)...]
        return depth >= deepest || query(inner, depth: depth + 1) != inner
    }

    /// A URL or a target: its query, and its fragment as one.
    static func url(_ url: String) -> String {
        guard let mark = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
        guard url[mark] == "?" else { return url[..<mark] + "#" + hidden }
        let rest = url[url.index(after: mark)...]
        guard let hash = rest.firstIndex(of: "#") else { return url[...mark] + query(rest) }
        return url[...mark] + query(rest[..<hash]) + "#" + hidden
    }

    /// A path, with the segments hidden that a matching pattern has a secret name for, and those that are tokens.
    static func path(_ path: Substring, _ patterns: [PathPattern]) -> String {
        let pieces = path.split(separator: "/", omittingEmptySubsequences: false)
        let named = patterns.flatMap { pattern in
            pattern.segments.enumerated().compactMap { index, segment -> Int? in
                guard case .parameter(let name?) = segment, isSecret(name) else { return nil }
                return index + 1  // the piece before the first slash is empty
            }
        }
        return pieces.enumerated().map { index, piece in
            named.contains(index) || isToken(piece) ? hidden : String(piece)
        }.joined(separator: "/")
    }
}
