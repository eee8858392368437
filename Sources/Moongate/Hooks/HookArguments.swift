import MoongateTokens

/// Builds the one table that a script is given; what is absent is left out.
struct HookArguments {
    private(set) var list: [HookCall.Argument] = []

    init(_ list: [HookCall.Argument] = []) { self.list = list }

    func adding(_ name: StaticString, _ value: JSONValue?) -> HookArguments {
        guard let value else { return self }
        var next = self
        next.list.append(HookCall.Argument(name, .json(value.canonicalBytes())))
        return next
    }

    func adding(_ name: StaticString, _ claims: Claims?) -> HookArguments {
        guard let claims else { return self }
        var next = self
        next.list.append(HookCall.Argument(name, .json(claims.canonicalBytes)))
        return next
    }

    /// `{token, user, account, profile, trigger, isNewUser, session}`
    static func jwt(_ token: [UInt8], _ input: JWTInput) -> [HookCall.Argument] {
        var arguments = HookArguments()
        arguments.list.append(HookCall.Argument("token", .json(token)))
        return arguments.adding("user", input.user).adding("account", input.account).adding("profile", input.profile)
            .adding("trigger", input.trigger.map(JSONValue.string))
            .adding("isNewUser", input.isNewUser.map(JSONValue.bool)).adding("session", input.session).list
    }
}
