/// base64 with padding (RFC 4648, section 4), as HTTP Basic authentication and e-mail write it.
public enum Base64 {
    /// The text for bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text = [UInt8]()
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        for character in Base64URL.encode(bytes).utf8 {
            switch character {
            case UInt8(ascii: "-"): text.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): text.append(UInt8(ascii: "/"))
            default: text.append(character)
            }
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil unless it is the one text that ``encode(_:)`` gives for them.
    public static func decode(_ text: String) -> [UInt8]? {
        var characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let padding = characters.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        characters.removeLast(padding)
        for index in characters.indices {
            switch characters[index] {
            case UInt8(ascii: "+"): characters[index] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): characters[index] = UInt8(ascii: "_")
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: break
            }
        }
        guard (characters.count + padding) % 4 == 0, characters.count % 4 == 0 || padding > 0 else { return nil }
        return Base64URL.decode(characters)
    }
}
