import Moongate

/// A hook's argument as it is given by hand: to `moongate call`, and in specs.
public enum HookInput {
    /// What each hook is given, as in docs/scripting.md.
    public static let fields: [HookName: [StaticString]] = [
        .signIn: ["user", "account", "profile", "credentials"],
        .redirect: ["url", "baseUrl"],
        .jwt: ["token", "user", "account", "profile", "trigger", "isNewUser", "session"],
        .session: ["session", "token", "user", "newSession", "trigger"],
        .authorize: ["credentials", "provider", "request"],
    ]

    /// The hooks by their names, in the order of ``Moongate/HookName``.
    public static var names: [String] { HookName.allCases.filter { fields[$0] != nil }.map(\.rawValue) }

    /// The call that the engine would make with these members: reserved claims of a token keep their value.
    ///
    /// - Throws: ``Moongate/ScriptFailure`` with code `hook.input` that names the members which the hook is not given.
    public static func call(_ hook: HookName, _ members: [String: JSONValue]) throws -> HookCall {
        let known = fields[hook] ?? []
        let unknown = members.keys.filter { name in !known.contains { $0.description == name } }.sorted()
        guard unknown.isEmpty else {
            throw ScriptFailure(
                code: "hook.input",
                message: "\(hook.rawValue) is not given \(unknown.joined(separator: ", ")); it is given "
                    + known.map(\.description).joined(separator: ", "))
        }
        var call = HookCall(
            known.compactMap { name in
                members[name.description].map { HookCall.Argument(name, .json($0.canonicalBytes())) }
            })
        call.subject = subject(members)
        guard hook == .jwt, let token = members["token"]?.objectValue else { return call }
        call.restoring = HookCall.Restoration(reservedClaimsOf: Claims(token))
        return call
    }

    private static func subject(_ members: [String: JSONValue]) -> HookSubject? {
        if let token = members["token"], token.objectValue != nil { return .token(token.canonicalBytes()) }
        return HookSubject(user: members["user"]?.objectValue.map { Claims($0) })
    }
}
