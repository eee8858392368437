import HTTPTypes

/// Collects the lines of an answer's head as libcurl hands them out, within limits.
///
/// Interim answers (1xx) come first and are dropped, but count: a peer may not send them for ever. Lines after the head
/// are trailers and are dropped too.
struct ResponseHead {
    /// The fields of the last head.
    private(set) var fields = HTTPFields()
    private var isOpen = false
    private var lineCount = 0
    private var byteCount = 0

    static let maximumFields = 100
    static let maximumBytes = 65_536

    /// Takes one line with its line end; `false` when there are too many or too long ones.
    mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
        byteCount += line.count
        guard byteCount <= Self.maximumBytes else { return false }
        if !isOpen {
            guard line.starts(with: "HTTP/".utf8) else { return true }
            isOpen = true
            fields = HTTPFields()
            return true
        }
        let text = line.prefix { $0 != 0x0d && $0 != 0x0a }
        if text.isEmpty {
            isOpen = false
            return true
        }
        lineCount += 1
        guard lineCount <= Self.maximumFields else { return false }
        add(text)
        return true
    }

    /// Lines that are no fields, obsolete folding among them, are left out (RFC 9112 section 5.2).
    private mutating func add(_ line: Slice<UnsafeRawBufferPointer>) {
        guard let colon = line.firstIndex(of: 0x3a),
            let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self))
        else { return }
        var value = line[line.index(after: colon)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        fields.append(HTTPField(name: name, value: String(decoding: value, as: UTF8.self)))
    }
}
