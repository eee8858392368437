extension HookPipeline {
    /// The session after all `session` hooks (strategy `database`; `jwt` reads go through ``SessionReadCore``).
    func session(_ session: [UInt8], _ input: SessionInput) async throws -> [UInt8] {
        var session = session
        if let closure = generation.hooks.session {
            var claims = try Claims(parsing: session)
            try await closure(&claims, input)
            session = claims.canonicalBytes
        }
        for hook in generation.chains.session {
            let arguments =
                [HookCall.Argument("session", .json(session))]
                + HookArguments().adding("user", input.user).adding("newSession", input.newSession)
                .adding("trigger", input.trigger.map(JSONValue.string)).list
            let call = HookCall(arguments, subject: HookSubject(user: input.user))
            guard case .value(let bytes, _) = try await run(hook, call),
                bytes.first == UInt8(ascii: "{")
            else { throw Self.wrongType(hook, expected: "the session (a table)") }
            session = bytes
        }
        return session
    }
}
