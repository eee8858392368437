/// The one check that every URL passes before it stands in a `Location`: from a query, a form, a cookie, or a hook.
///
/// What comes back is parsed and written anew, never the input itself. It is stricter than browsers on purpose: what a
/// browser would repair (backslashes, control characters, blanks, missing slashes) is refused.
struct RedirectCheck: Sendable {
    static let maximumLength = 2048
    /// Of the value with its escapes: browsers drop a cookie of over 4,096 bytes.
    static let maximumCookieLength = 3936

    let origin: Origin
    let allowed: [Origin]

    init(_ configuration: Configuration) {
        origin = configuration.origin
        allowed = configuration.redirects
    }

    init(origin: Origin, allowed: [Origin] = []) {
        self.origin = origin
        self.allowed = allowed
    }

    /// An absolute URL on this site or a listed origin; `nil` for everything else.
    ///
    /// What comes back passes again, and its cookie is one that browsers keep.
    func resolve(_ url: String) -> String? {
        guard (1...Self.maximumLength).contains(url.utf8.count), Self.hasOnlyVisibleCharacters(url),
            let bytes = Self.escapingRest(Array(url.utf8)), let resolved = resolve(bytes)
        else { return nil }
        guard resolved.utf8.count <= Self.maximumLength,
            PercentCoding.encodeComponent(resolved).utf8.count <= Self.maximumCookieLength
        else { return nil }
        return resolved
    }

    private func resolve(_ bytes: [UInt8]) -> String? {
        if bytes.first == UInt8(ascii: "/") {
            return Self.normalized(bytes[...]).map { origin.description + $0 }
        }
        guard let (target, rest) = Origin.prefix(of: bytes), target == origin || allowed.contains(target) else {
            return nil
        }
        guard !rest.isEmpty else { return target.description }
        if rest.first != UInt8(ascii: "/") {
            return Self.normalized([UInt8(ascii: "/")] + rest).map { target.description + $0 }
        }
        return Self.normalized(rest).map { target.description + $0 }
    }

    /// Characters that browsers leave as they are in an address (WHATWG URL, section 1.3), and RFC 3986 does not: escaped
    /// behind the host, a backslash behind the path alone, since in front of it browsers take it for a slash. In a host
    /// none of them is left to pass.
    private static func escapingRest(_ url: [UInt8]) -> [UInt8]? {
        guard url.contains(where: isEscapedByUs) else { return url }
        let start = url.first == UInt8(ascii: "/") ? 0 : Origin.prefix(of: url)?.rest.startIndex
        guard let start else { return nil }
        var out = Array(url[..<start])
        var isBehindPath = false
        for byte in url[start...] {
            if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { isBehindPath = true }
            guard isEscapedByUs(byte) else {
                out.append(byte)
                continue
            }
            guard byte != UInt8(ascii: "\\") || isBehindPath else { return nil }
            out += PercentCoding.encodeComponent(String(UnicodeScalar(byte))).utf8
        }
        return out
    }

    private static func isEscapedByUs(_ byte: UInt8) -> Bool { #"\^`{|}"#.utf8.contains(byte) }

    /// No control characters, blanks, quotes or angle brackets; no invisible Unicode.
    private static func hasOnlyVisibleCharacters(_ url: String) -> Bool {
        url.unicodeScalars.allSatisfy { scalar in
            if scalar.isASCII {
                return scalar.value > 0x20 && scalar.value != 0x7F && !#""<>"#.unicodeScalars.contains(scalar)
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned: return false
            case .spaceSeparator, .lineSeparator, .paragraphSeparator: return false
            default: return true
            }
        }
    }

    /// The path without dot segments, non-ASCII escaped, query and fragment as they are; `nil` when the path could be
    /// read as another host by anyone.
    private static func normalized(_ target: some Collection<UInt8>) -> String? {
        let target = Array(target)
        let pathEnd = target.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.count
        guard let path = normalizedPath(target[..<pathEnd]) else { return nil }
        let rest = target[pathEnd...]
        guard !escapes(in: rest).contains(where: isControl) else { return nil }
        return escaped(path) + escaped(Array(rest))
    }

    private static func normalizedPath(_ path: ArraySlice<UInt8>) -> [UInt8]? {
        let codes = escapes(in: path)
        guard !codes.contains(where: { isControl($0) || $0 == UInt8(ascii: "\\") }) else { return nil }
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch dots(segment) {
            case 1: if isLast { kept.append([]) }
            case 2:
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append([]) }
            default: kept.append(segment)
            }
        }
        let first = kept.first ?? []
        guard !(first.isEmpty && kept.count > 1), escapes(in: first.prefix(3)).first != UInt8(ascii: "/") else {
            return nil
        }
        return kept.isEmpty ? [UInt8(ascii: "/")] : kept.reduce(into: []) { $0 += [UInt8(ascii: "/")] + $1 }
    }

    /// 1 for `.`, 2 for `..`, in any spelling; 0 for anything else.
    private static func dots(_ segment: ArraySlice<UInt8>) -> Int {
        let plain = PercentCoding.decode(segment, plusIsSpace: false)
        return plain.count <= 2 && plain.allSatisfy { $0 == UInt8(ascii: ".") } ? plain.count : 0
    }

    /// The bytes that stand behind percent escapes.
    private static func escapes(in bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return bytes.indices.compactMap { index in
            guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count else { return nil }
            let decoded = PercentCoding.decode(bytes[index...(index + 2)], plusIsSpace: false)
            return decoded.count == 1 ? decoded[0] : nil
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    private static func escaped(_ bytes: [UInt8]) -> String {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return String(decoding: bytes, as: UTF8.self) }
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: bytes.flatMap {
                $0 < 0x80 ? [$0] : [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]]
            },
            as: UTF8.self)
    }
}
