import CJSON

/// JSON that is looked at as text, without building a tree.
public enum JSONText {
    /// Why the bytes are not one document in the strict dialect; `nil` when they are, also `levels` deep inside another
    /// document, whose depth they share.
    public static func problem(of bytes: [UInt8], levels: Int = 0) -> JSONError.Status? {
        if let status = status(bytes) { return status }
        guard levels > 0 else { return nil }
        let open = [UInt8](repeating: UInt8(ascii: "["), count: levels)
        let close = [UInt8](repeating: UInt8(ascii: "]"), count: levels)
        return status(open + bytes + close)
    }

    /// Appends a text as a JSON string: the bytes that `JSONValue.string(text).canonicalBytes()` gives, with no tree made
    /// for them.
    public static func append(_ text: String, to out: inout [UInt8]) {
        var text = text
        let start = out.count
        out.append(UInt8(ascii: "\""))
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            else { return false }
            out.append(contentsOf: utf8)
            return true
        }
        if isPlain {
            out.append(UInt8(ascii: "\""))
        } else {
            out.removeSubrange(start...)
            out += JSONValue.string(text).canonicalBytes()
        }
    }

    private static func status(_ bytes: [UInt8]) -> JSONError.Status? {
        let status = bytes.withUnsafeBufferPointer { cj_check($0.baseAddress, $0.count, nil) }
        return status == CJ_OK ? nil : JSONError.Status(status)
    }
}
