/// Decoded `application/x-www-form-urlencoded` pairs (WHATWG URL, section 5.1), of a query or a body. All of them are
/// kept, in order: the last duplicate wins for Auth.js's parameters (contract 1.1), and whoever must refuse duplicates
/// can see them.
struct FormFields: Sendable {
    private(set) var pairs: [(name: String, value: String)]
    /// Whether there are more pairs than are read.
    private(set) var isCut = false
    /// Whether all of it is UTF-8.
    private(set) var isText = true

    /// How many pairs are read.
    static let maximumPairs = 256

    init(pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    init(urlEncoded text: some Collection<UInt8>) {
        pairs = []
        for piece in text.split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumPairs) where !piece.isEmpty {
            guard pairs.count < Self.maximumPairs else {
                isCut = piece.contains { $0 != UInt8(ascii: "&") }
                return
            }
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let name = piece[..<(equals ?? piece.endIndex)]
            let value = equals.map { piece[piece.index(after: $0)...] }
            pairs.append((decode(name), value.map { decode($0) } ?? ""))
        }
    }

    /// The last value of a name.
    subscript(_ name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// Whether a name stands more than once.
    func repeats(_ name: String) -> Bool { pairs.lazy.filter { $0.name == name }.prefix(2).count > 1 }

    /// `+` is a space; an escape that is none stays as it is; bytes that are no UTF-8 become U+FFFD.
    private mutating func decode(_ bytes: some Collection<UInt8>) -> String {
        let decoded = PercentCoding.decode(bytes, plusIsSpace: true)
        if let text = String(validating: decoded, as: UTF8.self) { return text }
        isText = false
        return String(decoding: decoded, as: UTF8.self)
    }
}

/// RFC 3986 section 2.1, in the two dialects that cookies and forms need.
enum PercentCoding {
    /// Decodes escapes as JavaScript's `decodeURIComponent` does; `nil` where one is malformed.
    static func decodeComponent(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        let (decoded, isWellFormed) = decoding(bytes, plusIsSpace: false)
        return isWellFormed ? decoded : nil
    }

    /// Decodes escapes; one that is malformed stays as it is.
    static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8] {
        decoding(bytes, plusIsSpace: plusIsSpace).bytes
    }

    private static func decoding(
        _ bytes: some Collection<UInt8>, plusIsSpace: Bool
    ) -> (bytes: [UInt8], isWellFormed: Bool) {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var isWellFormed = true
        var index = bytes.startIndex
        while index != bytes.endIndex {
            let byte = bytes[index]
            bytes.formIndex(after: &index)
            if byte == UInt8(ascii: "%") {
                if let (value, next) = escape(in: bytes, at: index) {
                    out.append(value)
                    index = next
                } else {
                    out.append(byte)
                    isWellFormed = false
                }
            } else {
                out.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return (out, isWellFormed)
    }

    private static func escape<Bytes: Collection<UInt8>>(
        in bytes: Bytes, at start: Bytes.Index
    ) -> (UInt8, Bytes.Index)? {
        guard start != bytes.endIndex, let high = hexValue(bytes[start]) else { return nil }
        let second = bytes.index(after: start)
        guard second != bytes.endIndex, let low = hexValue(bytes[second]) else { return nil }
        return (high << 4 | low, bytes.index(after: second))
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// JavaScript's `encodeURIComponent`: letters, digits and `-_.!~*'()` stay.
    static func encodeComponent(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnescaped(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether ``encodeComponent(_:)`` would give the text back as it is: every sealed token is such.
    static func isPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for byte in bytes where !isUnescaped(byte) { return false }
            return true
        }
    }

    private static func isUnescaped(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        return (byte < 0x40 ? unescaped.low >> byte : unescaped.high >> (byte & 63)) & 1 == 1
    }

    /// A bit for each character of ASCII that stays: `!'()*-.` and digits, then letters, `_` and `~`.
    private static let unescaped: (low: UInt64, high: UInt64) = (
        1 << 33 | 0xF << 39 | 0b11 << 45 | 0x3FF << 48,
        0x3FF_FFFF << 1 | 1 << 31 | 0x3FF_FFFF << 33 | 1 << 62
    )

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
