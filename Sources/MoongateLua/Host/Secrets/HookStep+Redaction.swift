import Moongate

extension HookStep {
    /// The same with every known secret taken out: what a hook returns goes to the client, what it fails with into the
    /// log.
    func redacted(by known: KnownSecrets?) -> HookStep {
        guard let known else { return self }
        switch self {
        case .pending: return self
        case .failed(let failure):
            return .failed(
                ScriptFailure(
                    code: failure.code, message: known.redacted(failure.message), script: failure.script,
                    line: failure.line))
        case .returned(.value(let bytes, let restored)):
            return .returned(.value(known.redacted(json: bytes), restored: restored))
        case .returned(.denied(let code, let message)):
            // A code has an alphabet of its own, in which nothing can be taken out.
            let plain = known.redacted(code) == code ? code : "denied"
            return .returned(.denied(code: plain, message: message.map { known.redacted($0) }))
        case .returned: return self
        }
    }
}
