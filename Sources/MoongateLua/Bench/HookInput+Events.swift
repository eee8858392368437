import Moongate

extension HookInput {
    /// What an event is given, as in docs/scripting.md; `nil` when there is no such event.
    public static func fields(event: String) -> [StaticString]? {
        AuthEvent.Name(rawValue: event).map { $0.fields + ["request", "time"] }
    }

    /// The call that the engine would make of an event with these members.
    ///
    /// - Parameter seesTokens: Whether the listener is shown the provider's tokens: ``HookReference/seesTokens``.
    /// - Throws: ``Moongate/ScriptFailure`` with code `hook.input` that names the members which the event is not given.
    public static func call(
        event: String, _ members: [String: JSONValue], seesTokens: Bool
    ) throws -> HookCall {
        let known = fields(event: event) ?? []
        let unknown = members.keys.filter { name in !known.contains { $0.description == name } }.sorted()
        guard unknown.isEmpty else {
            throw ScriptFailure(
                code: "hook.input",
                message: "the event \(event) is not given \(unknown.joined(separator: ", ")); it is given "
                    + known.map(\.description).joined(separator: ", "))
        }
        let shown = seesTokens ? members : AuthEvent.withoutTokens(members)
        let arguments = known.compactMap { name in
            shown[name.description].map { HookCall.Argument(name, .json($0.canonicalBytes())) }
        }
        return HookCall(arguments, allowsNoValue: true, subject: subject(members))
    }

    private static func subject(_ members: [String: JSONValue]) -> HookSubject? {
        if let user = HookSubject(user: members["user"]?.objectValue.map { Claims($0) }) { return user }
        if let token = members["token"], token.objectValue != nil { return .token(token.canonicalBytes()) }
        return members["session"]?["userId"]?.stringValue.map { .id($0) }
    }
}

extension AuthEvent.Name {
    fileprivate var fields: [StaticString] {
        switch self {
        case .signIn: ["user", "account", "profile", "isNewUser"]
        case .signOut, .session: ["session", "token"]
        case .createUser, .updateUser: ["user"]
        case .linkAccount: ["user", "account", "profile"]
        }
    }
}
