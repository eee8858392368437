import LuaHost
import Moongate
import MoongateTokens

extension HookResult {
    /// What a hook's result means, or the failure that says what it should have been. Nothing is converted: a string
    /// that says `false` is a URL, and a number is never a yes.
    static func typed(
        _ result: LuaResult, of hook: HookName, file: String, restored: [String], allowsNoValue: Bool
    ) -> HookStep {
        switch (hook, result.kind) {
        case (_, .none) where allowsNoValue: .returned(.nothing)
        case (_, .none):
            .failed(
                ScriptFailure(
                    code: "hook.noReturn", message: "returned no value; is a `return` missing?", script: file))
        case (.authorize, .object) where result.holdsHandle:
            .failed(ScriptFailure(code: "hook.type", message: "returned a user with a verdict inside", script: file))
        case (.signIn, .boolean), (.signIn, .string), (.redirect, .string), (.jwt, .object), (.session, .object),
            (.authorize, .object):
            .returned(.value(result.bytes, restored: restored))
        case (.events, .null), (.redirect, .null), (.jwt, .null), (.authorize, .null): .returned(.null)
        case (.signIn, .handle("deny")), (.authorize, .handle("deny")): denial(result, file: file)
        default:
            .failed(
                ScriptFailure(
                    code: "hook.type", message: "must return \(hook.expected), not \(result.kind.luaName)", script: file
                ))
        }
    }

    private static func denial(_ result: LuaResult, file: String) -> HookStep {
        guard let verdict = try? JSONValue(parsing: result.bytes), let code = verdict["code"]?.stringValue else {
            return .failed(ScriptFailure(code: "hook.type", message: "returned a verdict that is none", script: file))
        }
        return .returned(.denied(code: code, message: verdict["message"]?.stringValue))
    }
}

extension HookName {
    /// In words for a script's author.
    fileprivate var expected: String {
        switch self {
        case .signIn: "true, false, a URL, or deny{}"
        case .redirect: "a URL or nil"
        case .jwt: "the token, or nil to end the session"
        case .session: "the session"
        case .authorize: "a user, nil, or deny{}"
        case .events: "nothing"
        case .rules: "true, false or a verdict"
        }
    }
}

extension LuaResult {
    /// Whether a host value stands somewhere inside. A quote within a string is written `\"`, and keys of a script's
    /// own may not begin with `@` where handles are allowed, so these three bytes are nothing else.
    fileprivate var holdsHandle: Bool {
        bytes.indices.contains { bytes[$0...].starts(with: [0x7B, 0x22, 0x40]) }
    }
}

extension LuaResult.Kind {
    fileprivate var luaName: String {
        switch self {
        case .none: "nothing"
        case .null: "nil"
        case .boolean: "a boolean"
        case .string: "a string"
        case .number: "a number"
        case .object: "a table"
        case .array: "a list"
        case .function: "a function"
        case .handle(let kind): "\(kind){}"
        }
    }
}
