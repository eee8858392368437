import MoongateTokens

/// The hooks of one request: a Swift closure first, then scripts in their order, each with its own copy of the arguments.
/// There is one pipeline for every shape of the product. Used by one task; ended with ``end()``.
final class HookPipeline {
    let generation: Generation
    private let requestID: String?
    private var lease: (any HookLease)?
    /// Files whose script tried to change a reserved claim, with the claims.
    private(set) var reservedAttempts: [(file: String, claims: [String])] = []

    /// - Parameter requestID: Of the request, as logs name it.
    init(_ generation: Generation, requestID: String?) {
        self.generation = generation
        self.requestID = requestID
    }

    deinit { end() }

    /// Gives the borrowed worker back.
    func end() {
        lease?.end()
        lease = nil
    }

    /// As ``end()`` where the hooks begin again in another pipeline.
    func drop() {
        lease?.drop()
        lease = nil
    }

    /// The first slice of a script; `.pending` goes on with ``proceed()``.
    func start(_ hook: HookReference, _ call: HookCall) throws -> HookStep {
        guard let scripts = generation.scripts else {
            throw ScriptFailure(code: "hook.absent", message: "no scripts are loaded", script: hook.file)
        }
        let lease = try lease ?? fresh(scripts)
        self.lease = lease
        return note(lease.start(hook, call), hook)
    }

    private func fresh(_ scripts: any HookRunner) throws -> any HookLease {
        let lease = try scripts.lease()
        if let requestID { lease.serve(requestID: requestID) }
        return lease
    }

    /// Goes on with the script that was started last.
    func proceed(_ hook: HookReference) async -> HookStep {
        guard let lease else {
            return .failed(ScriptFailure(code: "cancelled", message: "the call has ended", script: hook.file))
        }
        return note(await lease.proceed(), hook)
    }

    private func note(_ step: HookStep, _ hook: HookReference) -> HookStep {
        if case .returned(.value(_, let restored)) = step, !restored.isEmpty {
            reservedAttempts.append((hook.file, restored))
        }
        return step
    }

    /// A script from its start to its result.
    /// - Throws: ``ScriptFailure``.
    func run(_ hook: HookReference, _ call: HookCall) async throws -> HookResult {
        var step = try start(hook, call)
        while true {
            switch step {
            case .returned(let result): return result
            case .failed(let failure): throw failure
            case .pending: step = await proceed(hook)
            }
        }
    }

    /// A failure that says what a hook should have returned.
    static func wrongType(_ hook: HookReference, expected: String) -> ScriptFailure {
        ScriptFailure(code: "hook.type", message: "should return \(expected)", script: hook.file)
    }
}
