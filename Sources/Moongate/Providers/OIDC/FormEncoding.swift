/// `application/x-www-form-urlencoded`, written (RFC 6749 appendix B).
enum FormEncoding {
    /// JavaScript's `encodeURIComponent` with `+` for a space: the form in which Auth.js sends client credentials.
    static func encode(_ text: String) -> String {
        var out = ""
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { out += "+" }
            out += PercentCoding.encodeComponent(word)
        }
        return out
    }

    /// `name=value` pairs in order.
    static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }
}
