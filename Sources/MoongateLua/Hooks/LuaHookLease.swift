import LuaHost
import Moongate

/// One virtual machine at a time for the hooks of one request: it is the owner's whose script is called, and goes back
/// when another owner's turn comes, so that one owner's waits hold nothing of the others.
///
/// Not `Sendable`, as the protocol says: one task uses it at a time.
final class LuaHookLease: HookLease {
    private let runner: LuaHookRunner
    private var borrowed: (lease: LuaLease, owner: Int)?
    private var account: ScriptAccount?
    private var running: LuaHookRunner.Entry?
    private var scope: CallScope?
    private var requestID: String?
    /// Some states are kept for people who sign in and for access rules, while everything else waits for a service that
    /// hangs.
    private var isReserved = false
    private var restored: [StaticString] = []
    private var allowsNoValue = false

    init(_ runner: LuaHookRunner) { self.runner = runner }

    func serve(requestID: String) { self.requestID = requestID }

    func start(_ hook: HookReference, _ call: HookCall) -> HookStep {
        guard runner.entries.indices.contains(hook.index) else {
            return .failed(ScriptFailure(code: "hook.unknown", message: "no such script", script: hook.file))
        }
        let entry = runner.entries[hook.index]
        let lease: LuaLease
        do {
            isReserved = isReserved || entry.part.hook.hasReserve
            lease = try state(of: entry.owner)
        } catch let failure as LuaFailure {
            return .failed(ScriptFailure(failure, file: hook.file))
        } catch {
            return .failed(ScriptFailure(code: "script.error", message: "no state can be made", script: hook.file))
        }
        running = entry
        account = runner.ledger.account(entry.line)
        restored = call.restoring?.names ?? []
        allowsNoValue = call.allowsNoValue
        scope = runner.owners[entry.owner].scope(file: entry.part.file, subject: call.subject)
        scope?.account = account
        scope?.requestID = requestID
        let luaCall = LuaCall(call, of: entry.part)
        guard let scope else { return step(lease.start(luaCall), lease) }
        return CallScope.$current.withValue(scope) { step(lease.start(luaCall), lease) }
    }

    func proceed() async -> HookStep {
        guard let lease = borrowed?.lease else {
            return .failed(ScriptFailure(code: "script.error", message: "nothing was started"))
        }
        guard let scope else { return step(await lease.proceed(), lease) }
        return step(await CallScope.$current.withValue(scope) { await lease.proceed() }, lease)
    }

    func end() {
        guard let lease = borrowed?.lease else { return }
        settle(lease, failure: "script.cancelled")
        lease.end()
        borrowed = nil
    }

    func drop() {
        account = nil
        end()
    }

    /// The state of this owner: the one that is borrowed, or a fresh one in its place.
    private func state(of owner: Int) throws -> LuaLease {
        if let borrowed, borrowed.owner == owner { return borrowed.lease }
        end()
        let lease = try runner.owners[owner].pool.lease(reserved: isReserved)
        borrowed = (lease, owner)
        return lease
    }

    private func step(_ step: LuaStep, _ lease: LuaLease) -> HookStep {
        let step: HookStep =
            switch step {
            case .pending: .pending
            case .failed(let failure): .failed(ScriptFailure(failure, file: running?.part.file))
            case .returned(let result): typed(result)
            }
        return end(step.redacted(by: running.flatMap { runner.owners[$0.owner].hidden }), lease)
    }

    private func end(_ step: HookStep, _ lease: LuaLease) -> HookStep {
        switch step {
        case .pending: break
        case .returned: settle(lease, failure: nil)
        case .failed(let failure):
            settle(lease, failure: failure.code)
            // A state that failed runs nothing more; who goes on after it (the next listener of an event) needs another.
            lease.end()
            borrowed = nil
        }
        return step
    }

    /// Counts the call once, when it has ended; one that is given up while it waits counts as cancelled.
    private func settle(_ lease: LuaLease, failure: String?) {
        account?.count(lease.used, failure: failure)
        account = nil
    }

    private func typed(_ result: LuaResult) -> HookStep {
        guard let part = running?.part else {
            return .failed(ScriptFailure(code: "hook.unknown", message: "nothing was started"))
        }
        let names =
            result.changedMask == 0
            ? []
            : result.changedReserved.compactMap { index in
                restored.indices.contains(index) ? restored[index].description : nil
            }
        if let rule = part.rule { return HookResult.typed(result, of: rule, file: part.file) }
        return HookResult.typed(result, of: part, restored: names, allowsNoValue: allowsNoValue)
    }
}

extension LuaCall {
    /// The engine's call in the machine's words.
    fileprivate init(_ call: HookCall, of part: HookPart) {
        self.init(entry: part.entry, mode: part.mode, arguments: call.arguments.map(LuaArgument.init))
        keepsResult = call.keepsResult
        restoring = call.restoring.map { LuaRestoring($0, arguments: call.arguments) }
        allowsNoValue = call.allowsNoValue
        strict = call.strict.map { LuaStrictTable($0.argument, listing: $0.listing) }
        allowsHandles = part.hook.mayGiveVerdicts
        resultName = part.hook.resultName
    }
}

extension LuaArgument {
    fileprivate init(_ argument: HookCall.Argument) {
        switch argument.value {
        // The engine has written it, so it need not be checked before somebody reads it.
        case .json(let bytes): self = .late(argument.name, bytes)
        case .kept: self = .kept(argument.name)
        }
    }
}

extension LuaRestoring {
    /// Where an argument is the document to restore from, the machine has it decoded already.
    fileprivate init(_ restoration: HookCall.Restoration, arguments: [HookCall.Argument]) {
        for argument in arguments {
            if case .json(let bytes) = argument.value, bytes == restoration.original {
                self.init(restoration.names, from: .argument(argument.name))
                return
            }
        }
        self.init(restoration.names, from: .document(restoration.original))
    }
}

extension HookName {
    /// Those that must go on when all else waits.
    fileprivate var hasReserve: Bool { self == .signIn || self == .authorize || self == .rules }

    /// Those that may answer with a verdict of the host's making.
    fileprivate var mayGiveVerdicts: Bool { self == .signIn || self == .authorize || self == .rules }

    /// How paths of refused values begin: `token.groups[3]`.
    fileprivate var resultName: StaticString {
        switch self {
        case .jwt: "token"
        case .session: "session"
        case .authorize: "user"
        case .signIn, .redirect, .events, .rules: "result"
        }
    }
}
