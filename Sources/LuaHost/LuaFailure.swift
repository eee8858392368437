/// Why a call gave no result. Codes are stable; the message is for the script's author and holds no addresses.
///
/// | code | meaning |
/// |---|---|
/// | `script.syntax`, `script.tooLarge` | the source does not compile |
/// | `script.error` | the script raised an error |
/// | `script.steps`, `.cpu`, `.wall`, `.memory`, `.hostCalls`, `.result` | a budget is spent |
/// | `script.cancelled` | the task was cancelled while the call was pending |
/// | `hook.noReturn`, `hook.type` | no value, or the script returned no function to call |
/// | `value.*` | the result cannot be JSON: `function cycle metatable array key keys string number depth handle type` |
/// | `value.json`, `value.kept`, `value.arguments` | the caller's arguments are not right |
/// | `value.constant` | a program's constant is not JSON, or its name is taken |
/// | `overloaded` | no state is free |
public struct LuaFailure: Error, Sendable, Equatable {
    /// A stable name: `script.error`, `script.steps`, `hook.noReturn`, …
    public let code: String
    /// What happened, in words; no addresses.
    public let message: String
    /// The name of the script, and the line, where known.
    public let script: String?
    /// The line in it, counted from 1.
    public let line: Int?
    /// Of a refused value, for example `token.groups[3]`.
    public let path: String?

    /// A failure from its parts.
    public init(code: String, message: String, script: String? = nil, line: Int? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.script = script
        self.line = line
        self.path = path
    }
}

extension LuaFailure: CustomStringConvertible {
    /// One line: `scripts/jwt.lua:3: token.groups[3]: a function (value.function)`.
    public var description: String {
        var text = ""
        if let script { text += script + (line.map { ":\($0)" } ?? "") + ": " }
        if let path { text += path + ": " }
        return text + message + " (\(code))"
    }
}

/// Why a program could not be made: every failure at once, so that an author mends them in one go.
public struct LuaHostError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `script.syntax`, `script.tooLarge`, `script.memory` or `host.function`, of the first failure.
    public var code: String { failures.first?.code ?? "script.error" }
    /// Never empty.
    public let failures: [LuaFailure]

    /// An error from its failures.
    public init(failures: [LuaFailure]) { self.failures = failures }

    public var description: String { failures.map(\.description).joined(separator: "\n") }
}
