import MoongateTokens

extension AuthEvent {
    /// The one table that a script is given.
    var arguments: [HookCall.Argument] {
        HookArguments(fields).adding("time", .integer(time.seconds)).adding("request", request.json).list
    }

    private var fields: [HookCall.Argument] {
        let fields = HookArguments()
        return switch content {
        case .signIn(let user, let account, let profile, let isNewUser):
            fields.adding("user", user).adding("account", account).adding("profile", profile)
                .adding("isNewUser", isNewUser.map(JSONValue.bool)).list
        case .signOut(let token, let session): fields.adding("token", token).adding("session", session).list
        case .createUser(let user), .updateUser(let user): fields.adding("user", user).list
        case .linkAccount(let user, let account, let profile):
            fields.adding("user", user).adding("account", account).adding("profile", profile).list
        case .session(let session, let token): fields.adding("session", session).adding("token", token).list
        }
    }

    /// Whom it is about, where that is known.
    var subject: String? {
        switch content {
        case .signIn(let user, _, _, _), .createUser(let user), .updateUser(let user), .linkAccount(let user, _, _):
            user["id"]?.stringValue
        case .signOut(let token, let session): token?["sub"]?.stringValue ?? session?["userId"]?.stringValue
        case .session(_, let token): token?["sub"]?.stringValue
        }
    }
}

extension AuthEvent.Request {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["id": .string(id)]
        members["ip"] = ip.map(JSONValue.string)
        members["userAgent"] = userAgent.map(JSONValue.string)
        return .object(members)
    }
}
