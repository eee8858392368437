import Moongate
import MoongateTokens

extension RuleDocument {
    /// What the text says and the table that it returns does not: keys that stand twice, and values that are nil. Either
    /// would take a condition away without a word, and open what it guards.
    var mistakes: [ScriptFailure] {
        let twice = places.repeats.map { found in
            ScriptFailure(
                code: "rules.duplicateKey",
                message:
                    "\(found.path): stands twice in this table, first in line \(found.first.line), and only the last "
                    + "counts: take one away", script: source.name, line: found.second.line)
        }
        let missing = places.references.sorted { $0.key < $1.key }.compactMap { path, name -> ScriptFailure? in
            guard value.lacks(path), !Self.isUserOfATest(path) else { return nil }
            return ScriptFailure(
                code: "rules.nil", message: "\(path): is written as `\(name)`, which is nil; is the name misspelt?",
                script: source.name, line: places.place(path)?.line)
        }
        return twice + missing
    }

    /// Nobody, or a claim that is missing, is a user like another.
    private static func isUserOfATest(_ path: String) -> Bool {
        path.hasPrefix("tests[") && path.split(separator: ".").dropFirst().first == "as"
    }
}

extension JSONValue {
    /// Whether the table around `routes[2].when` is there, and the value is not.
    fileprivate func lacks(_ path: String) -> Bool {
        var value = self
        var steps = Self.steps(of: path)
        guard let last = steps.popLast() else { return false }
        for step in steps {
            guard let next = value.member(step) else { return false }
            value = next
        }
        switch value {
        case .object(let members): return members["@function"] == nil && value.member(last) == nil
        case .array: return value.member(last) == nil
        default: return false
        }
    }

    private func member(_ step: JSONValue) -> JSONValue? {
        switch (self, step) {
        case (.object(let members), .string(let name)): return members[name]
        case (.array(let items), .integer(let position)):
            guard position >= 1, position <= items.count else { return nil }
            return items[Int(position) - 1]
        default: return nil
        }
    }

    private static func steps(of path: String) -> [JSONValue] {
        path.split { $0 == "." || $0 == "[" }.map { step in
            guard step.last == "]", let position = Int64(step.dropLast()) else { return .string(String(step)) }
            return .integer(position)
        }
    }
}
