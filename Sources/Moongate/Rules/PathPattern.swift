/// The path of a rule: segments that are literal, `:name` or `*` (exactly one segment, not empty), and at the end `**`
/// (the rest, which may be nothing).
///
/// A pattern is narrower than another when every path that it matches is matched by the other, too, and not the other
/// way round: literal before parameter before rest.
struct PathPattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        /// Decoded, as requests are compared.
        case literal([UInt8])
        /// `:name`, or `*` without one.
        case parameter(String?)
        case rest
    }

    let segments: [Segment]
    /// As it stands in the file.
    let text: String

    /// Segments of one pattern.
    static let mostSegments = 32

    /// Reads `/orders/:id/**`.
    /// - Throws: ``PathFault`` with what is wrong and what to write instead.
    init(_ text: String) throws(PathFault) {
        self.text = text
        guard text.utf8.first == UInt8(ascii: "/") else { throw PathFault("a path begins with `/`") }
        guard text.utf8.count <= 1024 else { throw PathFault("a path has at most 1024 bytes") }
        let pieces = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard pieces.count <= Self.mostSegments else {
            throw PathFault("a path has at most \(Self.mostSegments) segments")
        }
        var segments: [Segment] = []
        for (index, piece) in pieces.enumerated() {
            segments.append(try Self.segment(String(piece) ?? "", isLast: index == pieces.count - 1))
        }
        let names = Self.names(segments)
        guard Set(names).count == names.count else { throw PathFault("two parameters have one name") }
        self.segments = segments
    }

    init(segments: [Segment]) {
        self.segments = segments
        text = "/" + segments.map(Self.sample).joined(separator: "/")
    }

    private static func segment(_ piece: String, isLast: Bool) throws(PathFault) -> Segment {
        if piece == "**" {
            guard isLast else { throw PathFault("`**` stands only at the end") }
            return .rest
        }
        if piece == "*" { return .parameter(nil) }
        if piece.hasPrefix(":") {
            let name = piece.dropFirst()
            let isName =
                name.utf8.first.map { $0.isLetterOrDigitByte || $0 == UInt8(ascii: "_") } == true
                && name.utf8.allSatisfy { $0.isLetterOrDigitByte || $0 == UInt8(ascii: "_") } && name.utf8.count <= 64
            guard isName else { throw PathFault("`\(piece)` is no parameter: write `:name` with letters and digits") }
            return .parameter(String(name))
        }
        // `items:batch` is a literal; `o-:id` was not meant to be one.
        if piece.contains("-:") || piece.contains(".:") || piece.contains("_:") || piece.contains("~:") {
            throw PathFault(
                "a parameter is a whole segment: `\(piece)` would match itself only; for the character, write `%3A`")
        }
        if piece.contains("*") {
            throw PathFault("`*` stands alone in its segment: `\(piece)` would match itself only")
        }
        guard !piece.isEmpty || isLast else { throw PathFault("`//` is never matched: such requests are denied") }
        return .literal(try literal(piece))
    }

    /// A literal may be written in UTF-8 or with the escapes that a request needs.
    private static func literal(_ piece: String) throws(PathFault) -> [UInt8] {
        let escaped = piece.utf8.contains { $0 >= 0x80 || $0 == 0x20 } ? PathFault.escaping(piece) : piece
        var target = "/" + escaped
        let read = target.withUTF8 { CanonicalPath.read($0) }
        switch read {
        case .success(let path) where path.length == target.utf8.count: return Array(path.decoded.dropFirst())
        case .success: throw PathFault("a path holds no `?`: rules do not match queries")
        case .failure(let fault):
            let isBracketed = "{<[".contains(piece.first ?? " ") && "}>]".contains(piece.last ?? " ")
            let hint = isBracketed ? "; a parameter is written `:\(piece.dropFirst().dropLast())`" : ""
            throw PathFault("`\(piece)` is never matched, since such requests are denied: \(fault.sentence)\(hint)")
        }
    }

    /// A segment that the pattern matches.
    static func sample(_ segment: Segment) -> String {
        switch segment {
        case .literal(let bytes): PathFault.escaping(String(decoding: bytes, as: UTF8.self))
        case .parameter(let name): name ?? "x"
        case .rest: "x"
        }
    }

    /// A path that the pattern matches.
    var sample: String { "/" + segments.map(Self.sample).joined(separator: "/") }

    /// The names of its parameters.
    var parameterNames: [String] { Self.names(segments) }

    private static func names(_ segments: [Segment]) -> [String] {
        segments.compactMap { if case .parameter(let name?) = $0 { name } else { nil } }
    }

    /// Whether this pattern matches every path that the other matches.
    func covers(_ other: PathPattern) -> Bool {
        for (index, segment) in segments.enumerated() {
            if segment == .rest { return true }
            guard index < other.segments.count else { return false }
            switch (segment, other.segments[index]) {
            case (_, .rest): return false
            case (.parameter, .parameter): continue
            case (.parameter, .literal(let bytes)): if bytes.isEmpty { return false }
            case (.literal, .parameter): return false
            case (.literal(let own), .literal(let their)): if own != their { return false }
            case (.rest, _): return true
            }
        }
        return segments.count == other.segments.count
    }

    /// Whether a decoded path is one of the pattern's.
    func matches(_ path: [UInt8]) -> Bool { ranges(in: path) != nil }

    /// The values of the named parameters; `nil` when the path is not one of the pattern's.
    func parameters(in path: [UInt8]) -> [(name: String, value: String)]? {
        guard let ranges = ranges(in: path) else { return nil }
        return zip(segments, ranges).compactMap { segment, range in
            guard case .parameter(let name?) = segment else { return nil }
            return (name, String(decoding: path[range], as: UTF8.self))
        }
    }

    private func ranges(in path: [UInt8]) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var at = 0
        for segment in segments {
            if segment == .rest { return ranges }
            guard at < path.count else { return nil }
            let start = at + 1
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            switch segment {
            case .literal(let bytes): guard path[start..<end].elementsEqual(bytes) else { return nil }
            case .parameter: guard start < end else { return nil }
            case .rest: break
            }
            ranges.append(start..<end)
            at = end
        }
        return at == path.count ? ranges : nil
    }
}

/// Why a path of a rule file is none, and what to write.
struct PathFault: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }

    /// Non-ASCII characters and blanks as requests carry them.
    fileprivate static func escaping(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            if byte >= 0x80 || byte == 0x20 {
                out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            } else {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return out
    }
}
