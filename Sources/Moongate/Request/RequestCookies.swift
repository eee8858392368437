import HTTPTypes

/// The cookies of a request (RFC 6265 section 5.4; contract 1.1): the first of a name wins, blanks around names and
/// values do not count, quotes are part of the value.
struct RequestCookies: Sendable {
    private let pairs: [(name: Substring, value: Substring)]

    /// How many cookies are looked at; browsers send at most 180 or so to one host.
    static let maximumCookies = 200

    init(_ headers: HTTPFields) {
        var pairs: [(name: Substring, value: Substring)] = []
        pairs.reserveCapacity(8)
        // HTTP/2 and swift-http-types split the header field into crumbs; each crumb may still hold several.
        for field in headers where field.name == .cookie {
            let value = field.value
            let bytes = value.utf8
            var start = bytes.startIndex
            while start < bytes.endIndex, pairs.count < Self.maximumCookies {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.endIndex
                if let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) {
                    let name = Self.trim(value[start..<equals])
                    if !name.isEmpty { pairs.append((name, Self.trim(value[bytes.index(after: equals)..<end]))) }
                }
                guard end < bytes.endIndex else { break }
                start = bytes.index(after: end)
            }
        }
        self.pairs = pairs
    }

    /// The first value of a name, as it stands in the header field.
    func raw(_ name: String) -> Substring? { pairs.first { $0.name == name }?.value }

    /// The first value of a name, percent-decoded; left as it is where that gives no text.
    subscript(_ name: String) -> String? {
        guard let raw = raw(name) else { return nil }
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return String(raw) }
        return String(validating: PercentCoding.decode(raw.utf8, plusIsSpace: false), as: UTF8.self) ?? String(raw)
    }

    /// Cookies named `base` or `base.<digits>`, as (index, value); the bare name has index `nil`.
    func chunks(of base: String) -> [(index: Int?, name: Substring, value: Substring)] {
        var found: [(index: Int?, name: Substring, value: Substring)] = []
        for (name, value) in pairs where name.utf8.count >= base.utf8.count && name.hasPrefix(base) {
            if name.utf8.count == base.utf8.count {
                found.append((nil, name, value))
            } else if let index = Self.chunkIndex(name.utf8.dropFirst(base.utf8.count)) {
                found.append((index, name, value))
            }
        }
        return found
    }

    /// `.0` to `.99` without leading zeros.
    private static func chunkIndex(_ suffix: Substring.UTF8View) -> Int? {
        guard suffix.first == UInt8(ascii: "."), (2...3).contains(suffix.count) else { return nil }
        let digits = suffix.dropFirst()
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func trim(_ text: Substring) -> Substring {
        var bytes = text.utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return Substring(bytes)
    }
}
