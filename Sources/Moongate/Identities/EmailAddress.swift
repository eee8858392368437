/// The one form in which addresses are compared and stored.
public enum EmailAddress {
    /// RFC 5321 section 4.5.3.1.3, less the brackets.
    static let maximumLength = 254

    /// Lower-cased in ASCII alone, with blanks around it taken off; `nil` for what is no address: not exactly one `@`
    /// between two parts, quotes, blanks, control or invisible characters, or too long.
    ///
    /// Unicode's own lower-casing would make one address of two (U+212A KELVIN SIGN becomes `k`), and with it one user of
    /// two people.
    public static func normalized(_ text: String) -> String? {
        var scalars = Substring(text).unicodeScalars
        while scalars.first == " " { scalars.removeFirst() }
        while scalars.last == " " { scalars.removeLast() }
        let folded = String(String.UnicodeScalarView(scalars.map(lowercased)))
        let parts = folded.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard folded.utf8.count <= maximumLength, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        return folded.unicodeScalars.allSatisfy(isPlain) ? folded : nil
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value) | 0x20) : scalar
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar != "\"", scalar != "," else { return false }
        // Hangul fillers, joiners, variation selectors: letters and marks to Unicode, nothing at all to a reader.
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return false
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
