import MoongateTokens

/// A file of rules as the script host read it: data, with functions and verdicts marked as the host's own.
package struct RuleSource: Sendable {
    /// `scripts/rules.lua`
    package let name: String
    /// What the file returns. `{"@function": ["routes", 1, "when"]}` stands for a function, `{"@deny": { … }}` for a
    /// verdict; a script cannot write such keys itself.
    package let value: JSONValue
    /// Where a function is found by its place.
    package let function: @Sendable (_ place: JSONValue) -> HookReference?
    /// The line of a path such as `routes[2].path`.
    package let line: @Sendable (_ path: String) -> Int?

    /// What is wrong with its text, and can no longer be seen in the value.
    package let mistakes: [ScriptFailure]

    package init(
        name: String, value: JSONValue, function: @escaping @Sendable (JSONValue) -> HookReference?,
        line: @escaping @Sendable (String) -> Int?, mistakes: [ScriptFailure] = []
    ) {
        self.name = name
        self.value = value
        self.function = function
        self.line = line
        self.mistakes = mistakes
    }
}

/// Rule files that cannot be used: all their mistakes at once, each with file and line.
package struct RuleSetError: Error, Sendable, CustomStringConvertible {
    /// Never empty.
    package let failures: [ScriptFailure]

    package var description: String { failures.map(\.description).joined(separator: "\n") }
}
