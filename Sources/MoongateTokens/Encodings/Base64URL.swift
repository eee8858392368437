import CTokens

/// base64url without padding (RFC 4648, section 5), as JOSE writes it.
public enum Base64URL {
    /// The text for bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer { input in
            String(unsafeUninitializedCapacity: ct_base64url_length(input.count)) {
                input.isEmpty ? 0 : ct_base64url_encode(input.baseAddress, input.count, $0.baseAddress)
            }
        }
    }

    /// The bytes of a text; nil unless it is the one text that ``encode(_:)`` gives for them: no padding, no white
    /// space, no bits that belong to no byte.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// The bytes of a text that is given as ASCII.
    public static func decode(_ text: [UInt8]) -> [UInt8]? { text.withUnsafeBufferPointer { decode($0) } }

    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 2) { out, written in
            length = ct_base64url_decode(text.baseAddress, text.count, out.baseAddress)
            written = max(length, 0)
        }
        return length < 0 ? nil : bytes
    }
}
