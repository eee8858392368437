import Moongate

/// Finds the place at the beginning of an error's text.
enum SpecPlace {
    /// Lua shortens longer names of files in its texts.
    private static let longestName = 59

    /// A failure of the text behind `file:line: `; of the test's own place where there is none.
    static func failure(_ text: String, files: [String], or file: String, _ line: Int?) -> ScriptFailure {
        for known in files {
            let written = String(known.prefix(longestName))
            guard text.hasPrefix(written + ":") else { continue }
            let rest = text.dropFirst(written.count + 1)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let found = Int(digits), rest.dropFirst(digits.count).hasPrefix(": ") else { continue }
            return ScriptFailure(
                code: "spec.failed", message: String(rest.dropFirst(digits.count + 2)), script: known, line: found)
        }
        return ScriptFailure(code: "spec.failed", message: text, script: file, line: line)
    }
}
