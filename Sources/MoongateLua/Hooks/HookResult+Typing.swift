import LuaHost
import Moongate
import MoongateTokens

extension HookResult {
    /// What a hook's result means, or the failure that says what it should have been. Nothing is converted: a string
    /// that says `false` is a URL, and a number is never a yes.
    static func typed(
        _ result: LuaResult, of part: HookPart, restored: [String], allowsNoValue: Bool
    ) -> HookStep {
        switch (part.hook, result.kind) {
        case (_, .none) where allowsNoValue: .returned(.nothing)
        case (_, .none): failed("hook.noReturn", part, "returned no value; is a `return` missing?")
        case (.authorize, .object) where result.holdsHandle:
            failed("hook.type", part, "returned a user with a verdict inside")
        case (.signIn, .boolean), (.signIn, .string), (.redirect, .string), (.jwt, .object), (.session, .object),
            (.authorize, .object):
            .returned(.value(result.bytes, restored: restored))
        case (.events, .null), (.redirect, .null), (.jwt, .null), (.authorize, .null): .returned(.null)
        case (.signIn, .handle("deny")), (.authorize, .handle("deny")): denial(result, part)
        default: failed("hook.type", part, "must return \(part.hook.expected), not \(result.kind.luaName)")
        }
    }

    /// In a file that holds several functions the message says which one it was.
    private static func failed(_ code: String, _ part: HookPart, _ message: String) -> HookStep {
        let name =
            switch (part.event, part.mode) {
            case (let event?, _): "the listener `\(event)` "
            case (nil, .member): "`\(part.hook)` "
            case (nil, .hook), (nil, .chunk): ""
            }
        return .failed(ScriptFailure(code: code, message: name + message, script: part.file))
    }

    private static func denial(_ result: LuaResult, _ part: HookPart) -> HookStep {
        guard let verdict = try? JSONValue(parsing: result.bytes), verdict.objectValue != nil else {
            return failed("hook.type", part, "returned a verdict that is none")
        }
        guard verdict["status"] == nil else {
            return failed(
                "hook.type", part, "returned deny{} with a status, which belongs to access rules: take it away")
        }
        let code = verdict["code"]?.stringValue ?? "denied"
        return .returned(.denied(code: code, message: verdict["message"]?.stringValue))
    }

    /// The same for a function of a rule: `when` says true or false and nothing else; `decide` gives a verdict of the host's
    /// making, or an explicit nil.
    static func typed(_ result: LuaResult, of rule: RulePart, file: String) -> HookStep {
        switch (rule.kind, result.kind) {
        case (_, .none):
            let message = "returned no value; is a `return` missing?"
            return .failed(ScriptFailure(code: "hook.noReturn", message: message, script: file, line: rule.line))
        case (.condition, .boolean): return .returned(.value(result.bytes, restored: []))
        case (.decision, .null): return .returned(.null)
        case (.decision, .handle(let kind)):
            if let payload = try? JSONValue(parsing: result.bytes),
                let verdict = RuleVerdict(kind: kind, payload: payload)
            {
                return .returned(.verdict(verdict))
            }
        default: break
        }
        let expected =
            rule.kind == .condition
            ? "`when` must return true or false"
            : "`decide` must return allow{}, deny{}, login{}, redirect{}, stepUp{} or nil"
        return .failed(
            ScriptFailure(
                code: "hook.type", message: "\(expected), not \(result.kind.luaName)", script: file, line: rule.line))
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
