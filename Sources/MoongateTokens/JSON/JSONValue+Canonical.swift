import CJSON

extension JSONValue {
    /// The document in its canonical form: keys in byte order, no white space, shortest numbers. The same value always
    /// gives the same bytes, and the bytes are those of `cj_canonical`.
    ///
    /// A value built by hand can hold what the parser refuses: a number that is not finite is written as `null`, NUL
    /// as U+FFFD; empty or overlong keys and a depth over 32 are written as they are and will not read back.
    public func canonicalBytes() -> [UInt8] {
        var writer = JSONTreeWriter()
        writer.write(self)
        return writer.finish()
    }
}

/// Owns the C buffer while a tree is written.
private struct JSONTreeWriter: ~Copyable {
    private var buffer = cj_buffer()

    init() { cj_buffer_init(&buffer, Int.max) }

    deinit {
        var last = buffer  // the same memory: `self` cannot be lent out any more
        cj_buffer_free(&last)
    }

    consuming func finish() -> [UInt8] {
        precondition(!buffer.failed, "out of memory while writing JSON")
        return Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.length))
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .integer(let value): cj_put_int(&buffer, value)
        case .number(let value): if !cj_put_double(&buffer, value) { put("null") }
        case .string(let value): write(value)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func put(_ word: StaticString) { cj_put(&buffer, word.utf8Start, word.utf8CodeUnitCount) }

    private mutating func write(_ text: String) {
        var text = text
        let written = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { cj_put_string(&buffer, $0.baseAddress, $0.count) }
        }
        // Swift's strings are always UTF-8, so only NUL can be the reason.
        if !written {
            write(String(decoding: text.utf8.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }, as: UTF8.self))
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        cj_put_byte(&buffer, UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { cj_put_byte(&buffer, UInt8(ascii: ",")) }
            write(element)
        }
        cj_put_byte(&buffer, UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [String: JSONValue]) {
        cj_put_byte(&buffer, UInt8(ascii: "{"))
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { cj_put_byte(&buffer, UInt8(ascii: ",")) }
            write(member.key)
            cj_put_byte(&buffer, UInt8(ascii: ":"))
            write(member.value)
        }
        cj_put_byte(&buffer, UInt8(ascii: "}"))
    }
}
