import CJSON

/// A JSON object as bytes, read and changed at its top level without building a tree: what the session path needs.
enum RawObject {
    /// Names to be found together, made once.
    struct Names: @unchecked Sendable {  // pointers to literals: nobody writes there, and they never move
        let pointers: [UnsafePointer<CChar>?]

        init(_ names: StaticString...) { pointers = names.map { RawObject.cString($0) } }
    }

    /// The raw value of each name, empty and without an address where it is absent. `object` has been checked before.
    static func withValues<Result>(
        of names: Names, in object: [UInt8], _ body: (UnsafeMutableBufferPointer<cj_span>) throws -> Result
    ) rethrows -> Result {
        try withValues(of: names.pointers, in: object, body)
    }

    /// The same for names that somebody else keeps, NUL-terminated.
    static func withValues<Result>(
        of names: [UnsafePointer<CChar>?], in object: [UInt8],
        _ body: (UnsafeMutableBufferPointer<cj_span>) throws -> Result
    ) rethrows -> Result {
        let count = names.count
        return try withUnsafeTemporaryAllocation(of: cj_span.self, capacity: count) { spans in
            try object.withUnsafeBufferPointer { bytes in
                spans.initialize(repeating: cj_span())
                if let base = bytes.baseAddress,
                    cj_find_all(base, bytes.count, names, spans.baseAddress, count) != CJ_OK
                {
                    spans.update(repeating: cj_span())
                }
                return try body(spans)
            }
        }
    }

    /// A StaticString's bytes are NUL-terminated and live as long as the program.
    private static func cString(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// The integer of a raw value, if it is one.
    static func integer(_ value: cj_span) -> Int64? {
        guard let start = value.bytes, (1...20).contains(value.length) else { return nil }
        var digits = UnsafeBufferPointer(start: start, count: value.length)[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for digit in digits {
            guard case 0x30...0x39 = digit else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let unit = Int64(digit - 0x30)
            let (sum, isOver) =
                isNegative ? tens.subtractingReportingOverflow(unit) : tens.addingReportingOverflow(unit)
            guard !isTooLarge, !isOver else { return nil }
            number = sum
        }
        return number
    }

    /// The text of a raw value, if it is a string without escapes.
    static func plainString(_ value: cj_span) -> String? {
        guard value.length >= 2, let start = value.bytes, start[0] == UInt8(ascii: "\"") else { return nil }
        let inner = UnsafeBufferPointer(start: start + 1, count: value.length - 2)
        return inner.contains(UInt8(ascii: "\\")) ? nil : String(decoding: inner, as: UTF8.self)
    }

    /// The texts of a raw value, if it is a list of strings without escapes, written without white space.
    static func plainStrings(_ value: cj_span) -> [String]? {
        guard value.length >= 2, let start = value.bytes, start[0] == UInt8(ascii: "[") else { return nil }
        var rest = UnsafeBufferPointer(start: start + 1, count: value.length - 2)[...]
        var found: [String] = []
        while !rest.isEmpty {
            guard rest.first == UInt8(ascii: "\""), let close = rest.dropFirst().firstIndex(of: UInt8(ascii: "\""))
            else { return nil }
            let inner = rest[(rest.startIndex + 1)..<close]
            guard !inner.contains(UInt8(ascii: "\\")) else { return nil }
            found.append(String(decoding: inner, as: UTF8.self))
            rest = rest[(close + 1)...]
            guard !rest.isEmpty else { break }
            guard rest.removeFirst() == UInt8(ascii: ","), !rest.isEmpty else { return nil }
        }
        return found
    }

    /// The object with the values of members replaced where they stand and everything else as it is; `nil` when one of them
    /// is not there. `names` are in byte order; `write` appends the value of the one with this index.
    static func replacing(
        _ names: Names, in object: [UInt8], write: (Int, inout [UInt8]) -> Void
    ) -> [UInt8]? {
        withValues(of: names, in: object) { values in
            object.withUnsafeBufferPointer { bytes in
                guard var at = bytes.baseAddress else { return nil }
                let end = at + bytes.count
                var out: [UInt8] = []
                out.reserveCapacity(object.count + 64)
                for (index, value) in values.enumerated() {
                    guard let start = value.bytes, start >= at else { return nil }  // absent, or in another order
                    out += UnsafeBufferPointer(start: at, count: start - at)
                    write(index, &out)
                    at = start + value.length
                }
                out += UnsafeBufferPointer(start: at, count: end - at)
                return out
            }
        }
    }

    /// The object in canonical form with members set; `members` are in byte order of their names.
    static func setting(_ members: [(name: StaticString, value: [UInt8])], in object: [UInt8]) -> [UInt8]? {
        var out = cj_buffer()
        cj_buffer_init(&out, 1 << 20)
        defer { cj_buffer_free(&out) }
        var status = CJ_OK
        // One block for all new values, so that the spans stay valid while C reads them.
        let values = members.flatMap(\.value)
        let written = values.withUnsafeBufferPointer { block in
            object.withUnsafeBufferPointer { bytes in
                var start = 0
                let overrides = members.map { member in
                    defer { start += member.value.count }
                    return cj_member(
                        key: cString(member.name),
                        value: cj_span(bytes: block.baseAddress.map { $0 + start }, length: member.value.count))
                }
                return cj_canonical(&out, bytes.baseAddress, bytes.count, overrides, overrides.count, &status)
            }
        }
        return written ? Array(UnsafeBufferPointer(start: out.bytes, count: out.length)) : nil
    }
}
