import Moongate

extension Site {
    /// A `jwt` call as at sign-in: token, user and account.
    package var signInCall: HookCall {
        let user = #"{"email":"ada@example.com","id":"5f0c7d0a-9a55-4d0f-8f5f-2c9f4c1c7b11","name":"Ada Lovelace"}"#
        let account =
            #"{"expires_at":1790003600,"provider":"corp","providerAccountId":"1234567890","scope":"openid email","#
            + #""token_type":"bearer","type":"oidc"}"#
        return HookCall([
            .init("token", .json(payload)), .init("user", .json(Array(user.utf8))),
            .init("account", .json(Array(account.utf8))),
        ])
    }

    /// The default session of this token.
    package static let session = Array(
        #"{"expires":"2026-12-24T15:31:04.709Z","user":{"email":"ada@example.com","name":"Ada Lovelace"}}"#.utf8)

    /// The engine's own claims, which it protects in every call.
    package static let reserved: [StaticString] = [
        "aud", "auth_time", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "ver",
    ]

    /// A hook from its start to its value.
    package func run(_ hook: HookReference, _ call: HookCall, on lease: any HookLease) async throws -> [UInt8] {
        var step = lease.start(hook, call)
        // A first slice that the system's scheduler interrupted may end early.
        if case .pending = step { step = await lease.proceed() }
        guard case .returned(.value(let bytes, _)) = step else { throw Unexpected("\(hook.file): \(step)") }
        return bytes
    }
}
