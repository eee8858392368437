import HTTPTypes

/// What an answer needs after the session was asked for: the read's cookies, and a word to caches.
struct SessionFields: Sendable {
    /// For an answer that was made for one person, where the handler says nothing itself.
    static let personal = "private, no-cache"

    /// Values of `Set-Cookie` fields.
    let cookies: [String]

    /// Adds the fields. What the handler says to caches stands, unless it would have a shared cache keep a session's
    /// cookie and hand it to everybody.
    func add(to headers: inout HTTPFields) {
        for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie)) }
        switch headers[.cacheControl] {
        case nil: headers[.cacheControl] = Self.personal
        case .some(let said) where !cookies.isEmpty && !Self.keepsOutSharedCaches(said):
            headers[.cacheControl] = Self.personal
        default: break
        }
    }

    /// Whether a `Cache-Control` (RFC 9111 section 5.2.2) holds `private` or `no-store`, without field names.
    static func keepsOutSharedCaches(_ field: String) -> Bool {
        field.split(separator: ",").contains { directive in
            let name = directive.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.lowercased()
            return name == "private" || name == "no-store"
        }
    }
}
