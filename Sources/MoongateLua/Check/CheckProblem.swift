import LuaHost
import Moongate

/// Something in a site's files that is wrong, or that will surprise, with its place.
public struct CheckProblem: Sendable, Hashable, CustomStringConvertible {
    /// Whether the site works all the same.
    public enum Severity: String, Sendable { case error, warning }

    /// How bad it is.
    public let severity: Severity
    /// A stable name, see docs/errors.md.
    public let code: String
    /// What is wrong and what to do about it.
    public let message: String
    /// `scripts/jwt.lua`.
    public let file: String
    /// From 1; `nil` where the file as a whole is meant.
    public let line: Int?
    /// From 1, in characters; `nil` where the line as a whole is meant.
    public let column: Int?

    /// A problem from its parts.
    public init(
        _ severity: Severity = .error, code: String, message: String, file: String, line: Int? = nil, column: Int? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column
    }

    /// `scripts/jwt.lua:3:12: error: undeclared global 'usr' (script.undeclared)`.
    public var description: String {
        let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        return "\(file)\(place): \(severity.rawValue): \(message) (\(code))"
    }
}

extension CheckProblem {
    /// A failure of a script, with the column that its line begins at, or where the word stands that Lua stumbled over.
    public init(_ failure: ScriptFailure, in sources: [LuaSource] = []) {
        let source = sources.first { $0.name == failure.script }
        let column = failure.line.flatMap { line in
            source.map { source in
                guard let word = failure.message.wordAfterNear else { return source.text.firstColumn(ofLine: line) }
                return LuaTokens(source.text).lastColumn(of: word, line: line)
            }
        }
        self.init(
            code: failure.code, message: failure.message, file: failure.script ?? "?", line: failure.line,
            column: column)
    }
}

extension ScriptFailure {
    /// A problem in the words of a script's failure.
    public init(_ problem: CheckProblem) {
        self.init(code: problem.code, message: problem.message, script: problem.file, line: problem.line)
    }
}

extension [UInt8] {
    /// Where a line begins behind its blanks; 1 where it is empty.
    fileprivate func firstColumn(ofLine line: Int) -> Int {
        let lines = split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return 1 }
        let text = lines[line - 1]
        return (text.firstIndex { $0 > 0x20 } ?? text.startIndex) - text.startIndex + 1
    }
}

extension String {
    /// `end` of `unexpected symbol near 'end'`.
    fileprivate var wordAfterNear: String? {
        guard let start = range(ofLast: "near '") else { return nil }
        return self[start...].split(separator: "'", omittingEmptySubsequences: false).first.map(String.init)
    }

    private func range(ofLast text: String) -> String.Index? {
        var found: String.Index?
        for index in indices where self[index...].hasPrefix(text) { found = self.index(index, offsetBy: text.count) }
        return found
    }
}
