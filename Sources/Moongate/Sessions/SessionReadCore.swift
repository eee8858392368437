import MoongateTokens

/// Decides a session read of strategy `jwt`, step by step and without waiting: whoever drives it runs a hook when asked
/// to and brings back the result. The async route drives it; a synchronous lane can, too.
struct SessionReadCore {
    /// What the driver has to do next.
    enum Action {
        /// Run the `jwt` closure over this token and call ``closureReturned(token:)``.
        case jwtClosure([UInt8], JWTInput)
        /// Run the `session` closure and call ``closureReturned(session:)``.
        case sessionClosure([UInt8], SessionInput)
        /// Run this script and call ``scriptReturned(_:)``.
        case script(HookReference, HookCall)
        /// Done.
        case finish(Outcome)
    }

    enum Outcome {
        /// A hook ended the session.
        case ended
        /// The body for the client, and the token: to be sealed anew when `reissues`.
        case answer(body: [UInt8], token: [UInt8], reissues: Bool)
    }

    private enum Stage { case jwtClosure, jwtScript(Int), jwtDone, sessionScript(Int), finished }

    private let original: SessionToken
    private let generation: Generation
    private let now: Timestamp
    private let update: JSONValue?
    private let isUpdate: Bool
    private let mayReissue: Bool
    private var stage = Stage.jwtClosure
    private var token: [UInt8]
    private var session: [UInt8] = []
    private var reissues = false
    /// The worker keeps the token as a table, as long as nothing but the last script has touched it.
    private var isKept = false

    /// - Parameter update: what a POST brought; `nil` for a read. An update without data is `.null`.
    ///   `mayReissue` is false for a token that came in a header field: nobody would store a newer one.
    init(
        _ token: SessionToken, generation: Generation, now: Timestamp, update: JSONValue?, mayReissue: Bool = true
    ) {
        self.mayReissue = mayReissue
        original = token
        self.generation = generation
        self.now = now
        self.update = update == .null ? nil : update
        isUpdate = update != nil
        self.token = token.payload
    }

    private var input: JWTInput {
        JWTInput(trigger: isUpdate ? "update" : nil, session: isUpdate ? update : nil)
    }

    /// The next thing to do.
    mutating func next() -> Action {
        switch stage {
        case .jwtClosure:
            stage = .jwtScript(0)
            return generation.hooks.jwt == nil ? next() : .jwtClosure(token, input)
        case .jwtScript(let index):
            guard index < generation.chains.jwt.count else { return beginSession() }
            return .script(generation.chains.jwt[index], jwtCall(index))
        case .jwtDone:
            stage = .sessionScript(0)
            return next()
        case .sessionScript(let index):
            guard index < generation.chains.session.count else {
                stage = .finished
                return .finish(.answer(body: session, token: token, reissues: reissues))
            }
            return .script(generation.chains.session[index], sessionCall(index))
        case .finished:
            return .finish(.ended)
        }
    }

    private func jwtCall(_ index: Int) -> HookCall {
        let arguments = isUpdate ? HookArguments.jwt(token, input) : [HookCall.Argument("token", .json(token))]
        return HookCall(
            arguments, restoring: .init(names: ReservedClaims.names, original: token),
            keepsResult: passesOn(index), subject: .token(token))
    }

    /// Whether the token goes from this `jwt` script to the first `session` script as it is: nothing comes between the
    /// two, and both are one owner's.
    private func passesOn(_ index: Int) -> Bool {
        index == generation.chains.jwt.count - 1
            && generation.chains.session.first?.owner == generation.chains.jwt[index].owner
    }

    private func sessionCall(_ index: Int) -> HookCall {
        let arguments = [
            HookCall.Argument("session", .json(session)),
            HookCall.Argument("token", isKept && index == 0 ? .kept : .json(token)),
        ]
        guard isUpdate else { return HookCall(arguments, subject: .token(token)) }
        return HookCall(
            arguments + HookArguments().adding("newSession", update).adding("trigger", .string("update")).list,
            subject: .token(token))
    }

    /// Decides about the re-issue and makes the default session: its `expires` is that of the token which the browser
    /// holds afterwards.
    private mutating func beginSession() -> Action {
        let settings = generation.configuration.session
        let age = now.seconds.subtractingReportingOverflow(original.issuedAt).partialValue
        reissues =
            mayReissue
            && (isUpdate || settings.alwaysReissues || age >= settings.updateAge || token != original.payload)
        let expires = reissues ? now.adding(seconds: settings.maxAge) : Timestamp(seconds: original.expires)
        session = DefaultSession.make(token: token, expires: expires)
        stage = .jwtDone
        guard generation.hooks.session != nil else { return next() }
        let input = SessionInput(
            token: try? Claims(parsing: token), newSession: isUpdate ? update : nil, trigger: isUpdate ? "update" : nil)
        return .sessionClosure(session, input)
    }

    /// The `jwt` closure's token; `nil` ends the session.
    mutating func closureReturned(token changed: [UInt8]?) {
        guard let changed else { return stage = .finished }
        token = changed
    }

    /// The `session` closure's session.
    mutating func closureReturned(session changed: [UInt8]) { session = changed }

    /// A script's result.
    /// - Throws: ``ScriptFailure`` when it is not what the hook should return.
    mutating func scriptReturned(_ result: HookResult) throws {
        switch stage {
        case .jwtScript(let index):
            let hook = generation.chains.jwt[index]
            switch result {
            case .null: stage = .finished
            case .value(let bytes, _) where bytes.first == UInt8(ascii: "{"):
                token = bytes
                isKept = passesOn(index)
                stage = .jwtScript(index + 1)
            default: throw HookPipeline.wrongType(hook, expected: "the token (a table), or nil to end the session")
            }
        case .sessionScript(let index):
            guard case .value(let bytes, _) = result, bytes.first == UInt8(ascii: "{") else {
                throw HookPipeline.wrongType(generation.chains.session[index], expected: "the session (a table)")
            }
            session = bytes
            stage = .sessionScript(index + 1)
        case .jwtClosure, .jwtDone, .finished: break
        }
    }
}
