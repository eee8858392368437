/// The host of a request in the form that rules are matched on.
enum CanonicalHost {
    /// Lower case without the port, whatever the port is: a proxy chooses by name alone, and so do rules. `nil` for
    /// anything but a plain name, an IPv4 address or an IPv6 literal.
    static func name(of authority: String) -> String? {
        var authority = authority
        return authority.withUTF8 { bytes in
            guard let end = nameEnd(bytes), (1...255).contains(end) else { return nil }
            guard end == bytes.count || isPort(bytes[(end + 1)...]) else { return nil }
            if bytes.first == UInt8(ascii: "[") {
                return "[\(NetworkRange.canonicalLiteral(String(decoding: bytes[1..<(end - 1)], as: UTF8.self)))]"
            }
            if bytes[..<end].allSatisfy({ !$0.isCapitalLetter }) {
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            return String(decoding: bytes[..<end].map { $0.isCapitalLetter ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
    }

    /// Where the name ends: at a colon, or at the end.
    private static func nameEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.first == UInt8(ascii: "[") else { return plainNameEnd(bytes) }
        guard let close = bytes.firstIndex(of: UInt8(ascii: "]")), close > 1,
            NetworkRange.isAddress(String(decoding: bytes[1..<close], as: UTF8.self)),
            bytes[1..<close].contains(UInt8(ascii: ":")),
            close + 1 == bytes.count || bytes[close + 1] == UInt8(ascii: ":")
        else { return nil }
        return close + 1
    }

    /// Labels between single dots, none of them empty: neither `a..b` nor a dot at an end, which proxies drop.
    private static func plainNameEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var labelLength = 0
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: ":") { return labelLength > 0 ? index : nil }
            if byte == UInt8(ascii: ".") {
                guard labelLength > 0 else { return nil }
                labelLength = 0
            } else {
                guard byte.isLetterOrDigitByte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else {
                    return nil
                }
                labelLength += 1
            }
        }
        return labelLength > 0 ? bytes.count : nil
    }

    private static func isPort(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65_535
    }
}
