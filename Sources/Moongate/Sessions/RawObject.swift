import CJSON

/// A JSON object as bytes, read and changed at its top level without building a tree: what the session path needs.
enum RawObject {
    /// The raw value of each key, `nil` where it is absent. `object` has been checked before.
    static func find(_ keys: [StaticString], in object: [UInt8]) -> [Range<Int>?] {
        let count = keys.count
        var found = [Range<Int>?](repeating: nil, count: count)
        object.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { names in
                withUnsafeTemporaryAllocation(of: cj_span.self, capacity: count) { spans in
                    for index in 0..<count {
                        names.initializeElement(at: index, to: cString(keys[index]))
                        spans.initializeElement(at: index, to: cj_span())
                    }
                    guard cj_find_all(base, bytes.count, names.baseAddress, spans.baseAddress, count) == CJ_OK else {
                        return
                    }
                    for index in 0..<count {
                        guard let start = spans[index].bytes else { continue }
                        let offset = start - base
                        found[index] = offset..<(offset + spans[index].length)
                    }
                }
            }
        }
        return found
    }

    /// A StaticString's bytes are NUL-terminated and live as long as the program.
    private static func cString(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// The integer at a span, if it is one.
    static func integer(_ span: Range<Int>?, in object: [UInt8]) -> Int64? {
        guard let span, span.count <= 20 else { return nil }
        return Int64(String(decoding: object[span], as: UTF8.self))
    }

    /// The text at a span, if it is a string without escapes.
    static func plainString(_ span: Range<Int>?, in object: [UInt8]) -> String? {
        guard let span, span.count >= 2, object[span.lowerBound] == UInt8(ascii: "\"") else { return nil }
        let inner = object[(span.lowerBound + 1)..<(span.upperBound - 1)]
        return inner.contains(UInt8(ascii: "\\")) ? nil : String(decoding: inner, as: UTF8.self)
    }

    /// The object with the values of members replaced where they stand and everything else as it is; `nil` when one of them
    /// is not there. `members` are in byte order of their names.
    static func replacing(_ members: [(name: StaticString, value: [UInt8])], in object: [UInt8]) -> [UInt8]? {
        let spans = find(members.map(\.name), in: object)
        var out: [UInt8] = []
        out.reserveCapacity(object.count + 64)
        var start = 0
        for (member, span) in zip(members, spans) {
            guard let span, span.lowerBound >= start else { return nil }  // absent, or in another order
            out += object[start..<span.lowerBound]
            out += member.value
            start = span.upperBound
        }
        out += object[start...]
        return out
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
