extension String {
    /// One line that no terminal obeys: control characters as `\xNN`.
    var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return unicodeScalars.reduce(into: "") { out, scalar in
            if scalar.isControl {
                out += "\\x" + String(scalar.value, radix: 16)
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
    }

    /// The lines of a text, each ``printable``.
    var printableLines: [String] {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
    }
}

extension Unicode.Scalar {
    /// Control characters, line and paragraph separators, and format characters, which turn text around.
    fileprivate var isControl: Bool {
        guard value >= 0x7F else { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
