import Mustache

/// Text that may stand in a document, between tags and in quoted attributes.
///
/// Templates print nothing else, always as `{{{name}}}`: swift-mustache's own escaping goes by grapheme, and a quote
/// with a combining mark behind it is another grapheme than a quote, so it would pass and end an attribute.
struct HTMLText: Sendable, MustacheCustomRenderable {
    /// Escaped.
    let renderText: String
    /// Mustache asks whether a section is empty: text never is.
    var isNull: Bool { false }

    /// Escapes by byte. Control characters that HTML forbids are left out.
    init(_ text: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            case 0x09, 0x0A: bytes.append(byte)
            case ..<0x20, 0x7F: continue
            default: bytes.append(byte)
            }
        }
        renderText = String(decoding: bytes, as: UTF8.self)
    }

    /// A URL for `href` and `action`: a path of this site, or http and https. Anything else (`javascript:`, `//host`,
    /// `/\host`, white space before the scheme) becomes `#`, which goes nowhere.
    init(url: String) {
        self.init(HTMLText.isNavigable(url) ? url : "#")
    }

    /// Text that is taken as it is: only for what this program made itself, never for a value that came in.
    init(trustedMarkup: String) {
        renderText = trustedMarkup
    }

    private static func isNavigable(_ url: String) -> Bool {
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
        if bytes.first == UInt8(ascii: "/") { return bytes.count == 1 || bytes[1] != UInt8(ascii: "/") }
        let lowered = bytes.prefix(8).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return lowered.starts(with: "https://".utf8) || lowered.starts(with: "http://".utf8)
    }
}
