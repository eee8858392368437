import HTTPTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The cookies of a request (RFC 6265 section 5.4; contract 1.1): the first of a name wins, blanks around names and
/// values do not count, quotes are part of the value.
struct RequestCookies: Sendable {
    private var pairs: [(name: Substring, value: Substring)]

    /// How many cookies are looked at: more than a server lets through in one header, so that nobody's cookies push ours
    /// out of sight.
    static let maximumCookies = 20_000

    init(_ headers: HTTPFields) {
        pairs = []
        pairs.reserveCapacity(8)
        // HTTP/2 and swift-http-types split the header field into crumbs; each crumb may still hold several.
        for field in headers where field.name == .cookie { add(field.value) }
    }

    /// The cookies of header fields that an adapter has found itself.
    init(crumbs: [String]) {
        pairs = []
        pairs.reserveCapacity(8)
        for crumb in crumbs { add(crumb) }
    }

    private mutating func add(_ crumb: String) {
        var crumb = crumb
        crumb.makeContiguousUTF8()  // so that an offset is found at once
        let bytes = crumb.utf8
        let length = bytes.count
        var start = 0
        while start < length, pairs.count < Self.maximumCookies {
            let end = Self.offset(of: UInt8(ascii: ";"), in: bytes, start..<length) ?? length
            if let equals = Self.offset(of: UInt8(ascii: "="), in: bytes, start..<end) {
                let name = Self.trimmed(bytes, start..<equals)
                if !name.isEmpty { pairs.append((name, Self.trimmed(bytes, (equals + 1)..<end))) }
            }
            start = end + 1
        }
    }

    /// The first value of a name, as it stands in the header field.
    func raw(_ name: String) -> Substring? { pairs.first { $0.name == name }?.value }

    /// The first value of a name, percent-decoded; left as it is where that gives no text.
    subscript(_ name: String) -> String? {
        guard let raw = raw(name) else { return nil }
        return Self.unescaped(raw).flatMap { String(validating: $0, as: UTF8.self) } ?? String(raw)
    }

    /// A value without its escapes; `nil` where it has none, or decoding fails, so that it counts as it is.
    static func decoded(_ raw: Substring) -> [UInt8]? {
        guard let bytes = unescaped(raw), String(validating: bytes, as: UTF8.self) != nil else { return nil }
        return bytes
    }

    private static func unescaped(_ raw: Substring) -> [UInt8]? {
        raw.utf8.withContiguousStorageIfAvailable { bytes -> [UInt8]? in
            guard let base = bytes.baseAddress, memchr(base, Int32(UInt8(ascii: "%")), bytes.count) != nil else {
                return nil
            }
            return PercentCoding.decodeComponent(bytes)
        } ?? nil
    }

    /// Cookies named `base` or `base.<digits>`, as (index, value); the bare name has index `nil`. The first of a
    /// name wins here, too: a cookie tossed in behind ours changes nothing.
    func chunks(of base: String) -> [(index: Int?, name: Substring, value: Substring)] {
        var found: [(index: Int?, name: Substring, value: Substring)] = []
        for (name, value) in pairs where Self.begins(name, with: base) {
            if name.utf8.count == base.utf8.count {
                if !found.contains(where: { $0.index == nil }) { found.append((nil, name, value)) }
            } else if let index = Self.chunkIndex(name.utf8.dropFirst(base.utf8.count)) {
                if !found.contains(where: { $0.index == index }) { found.append((index, name, value)) }
            }
        }
        return found
    }

    /// Compared as blocks: every cookie of a request is asked.
    private static func begins(_ name: Substring, with base: String) -> Bool {
        let compared = name.utf8.withContiguousStorageIfAvailable { name in
            base.utf8.withContiguousStorageIfAvailable { base -> Bool in
                guard name.count >= base.count else { return false }
                guard let text = name.baseAddress, let wanted = base.baseAddress else { return base.isEmpty }
                return memcmp(text, wanted, base.count) == 0
            }
        }
        return (compared ?? nil) ?? name.utf8.starts(with: base.utf8)
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

    private static func offset(of byte: UInt8, in bytes: String.UTF8View, _ range: Range<Int>) -> Int? {
        bytes.withContiguousStorageIfAvailable { bytes in
            guard let base = bytes.baseAddress, !range.isEmpty,
                let found = memchr(base + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        } ?? nil
    }

    /// The text at these offsets without the blanks around it.
    private static func trimmed(_ bytes: String.UTF8View, _ range: Range<Int>) -> Substring {
        let inner = bytes.withContiguousStorageIfAvailable { bytes in
            var (start, end) = (range.lowerBound, range.upperBound)
            while start < end, isBlank(bytes[start]) { start += 1 }
            while start < end, isBlank(bytes[end - 1]) { end -= 1 }
            return start..<end
        }
        let found = inner ?? range
        let start = bytes.index(bytes.startIndex, offsetBy: found.lowerBound)
        return Substring(bytes[start..<bytes.index(start, offsetBy: found.count)])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
