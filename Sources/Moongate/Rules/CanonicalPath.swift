/// Reads the path of a target that may be decided on; see ``CanonicalRequest``.
enum CanonicalPath {
    /// What keeps a target from being canonical. Its sentence is for the log and never repeats the target.
    enum Fault: Error {
        case form, length, character, escape, separator, unreserved, double, control, parameters, dots, empty, text

        var sentence: String {
            switch self {
            case .form: "the target does not begin with a slash"
            case .length: "the target is longer than \(CanonicalRequest.longestTarget) bytes"
            case .character: "the target holds a character that no URL has"
            case .escape: "the path holds a % that is no escape"
            case .separator: "the path holds an escaped slash or backslash"
            case .unreserved: "the path escapes a character that needs no escape"
            case .double: "the path is escaped twice"
            case .control: "the path escapes a control character"
            case .parameters: "the path holds a semicolon"
            case .dots: "the path holds a dot segment"
            case .empty: "the path holds an empty segment"
            case .text: "the path is not UTF-8"
            }
        }
    }

    /// The path with its escapes decoded, and its length in the target.
    static func read(_ target: UnsafeBufferPointer<UInt8>) -> Result<(decoded: [UInt8], length: Int), Fault> {
        guard target.count <= CanonicalRequest.longestTarget else { return .failure(.length) }
        guard target.first == slash else { return .failure(.form) }
        var hasEscapes = false
        var length = 0
        var segmentStart = 1
        while length < target.count {
            let byte = target[length]
            if byte == UInt8(ascii: "?") { break }
            switch classes[Int(byte)] {
            case .plain: length += 1
            case .slash:
                if length > 0, let fault = faultOfSegment(target, segmentStart..<length, isLast: false) {
                    return .failure(fault)
                }
                length += 1
                segmentStart = length
            case .percent:
                if let fault = faultOfEscape(target, at: length) { return .failure(fault) }
                hasEscapes = true
                length += 3
            case .semicolon: return .failure(.parameters)
            case .other: return .failure(.character)
            }
        }
        if let fault = faultOfSegment(target, segmentStart..<length, isLast: true) { return .failure(fault) }
        for byte in target[length...] where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
            return .failure(.character)
        }
        let path = target[..<length]
        guard hasEscapes else { return .success((Array(path), length)) }
        let decoded = PercentCoding.decode(path, plusIsSpace: false)
        guard String(validating: decoded, as: UTF8.self) != nil else { return .failure(.text) }
        return .success((decoded, length))
    }

    private static let slash = UInt8(ascii: "/")

    private enum Class { case plain, slash, percent, semicolon, other }

    /// RFC 3986 section 3.3: unreserved, sub-delims, `:` and `@`.
    private static let classes: [Class] = (UInt8.min...UInt8.max).map { byte in
        switch byte {
        case slash: .slash
        case UInt8(ascii: "%"): .percent
        case UInt8(ascii: ";"): .semicolon
        default: byte.isUnreservedByte || "!$&'()*+,=:@".utf8.contains(byte) ? .plain : .other
        }
    }

    private static func faultOfSegment(
        _ target: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isLast: Bool
    ) -> Fault? {
        switch range.count {
        case 0: isLast ? nil : .empty
        case 1: target[range.lowerBound] == UInt8(ascii: ".") ? .dots : nil
        case 2:
            target[range.lowerBound] == UInt8(ascii: ".") && target[range.lowerBound + 1] == UInt8(ascii: ".")
                ? .dots : nil
        default: nil
        }
    }

    private static func faultOfEscape(_ target: UnsafeBufferPointer<UInt8>, at index: Int) -> Fault? {
        guard let byte = escaped(target, at: index) else { return .escape }
        switch byte {
        case slash, UInt8(ascii: "\\"): return .separator
        case UInt8(ascii: ";"): return .parameters
        case 0..<0x20, 0x7F: return .control
        case UInt8(ascii: "%"):
            return index + 4 < target.count && isHex(target[index + 3]) && isHex(target[index + 4]) ? .double : nil
        default: return byte.isUnreservedByte ? .unreserved : nil
        }
    }

    private static func escaped(_ target: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt8? {
        guard index + 2 < target.count, isHex(target[index + 1]), isHex(target[index + 2]) else { return nil }
        return UInt8(String(decoding: target[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
