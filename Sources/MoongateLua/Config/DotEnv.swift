/// A `.env` file: `NAME=value` lines, for work on one's own machine.
enum DotEnv {
    /// Its variables. A line that is none (a comment, a blank) is passed over; of two equal names the last counts.
    ///
    /// `export` before a name and one pair of quotes around a value are taken off. Nothing is expanded.
    static func parse(_ bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if let (name, value) = variable(line) { variables[name] = value }
        }
        return variables
    }

    private static func variable(_ line: Substring) -> (String, String)? {
        var line = trimmed(line)
        if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
        guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return nil }
        let name = String(trimmed(line[..<equals]))
        guard EnvironmentSecretSource.isVariableName(name) else { return nil }
        return (name, value(trimmed(line[line.index(after: equals)...])))
    }

    private static func value(_ text: Substring) -> String {
        for quote in ["\"", "'"] where text.hasPrefix(quote) {
            let inner = text.dropFirst()
            if let end = inner.firstIndex(of: Character(quote)) { return String(inner[..<end]) }
        }
        // A comment after an unquoted value begins with a space, so `#` may stand in a secret.
        return String(trimmed(text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
