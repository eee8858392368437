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

    private static func status(_ bytes: [UInt8]) -> JSONError.Status? {
        let status = bytes.withUnsafeBufferPointer { cj_check($0.baseAddress, $0.count, nil) }
        return status == CJ_OK ? nil : JSONError.Status(status)
    }
}
