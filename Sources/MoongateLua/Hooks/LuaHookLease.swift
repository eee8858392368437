import LuaHost
import Moongate

/// One virtual machine for the hooks of one request.
///
/// Not `Sendable`, as the protocol says: one task uses it at a time.
final class LuaHookLease: HookLease {
    private let lease: LuaLease
    private let entries: [LuaHookRunner.Entry]
    private let code: String?
    private var running: LuaHookRunner.Entry?
    private var restored: [StaticString] = []
    private var allowsNoValue = false

    init(_ lease: LuaLease, entries: [LuaHookRunner.Entry], code: String?) {
        self.lease = lease
        self.entries = entries
        self.code = code
    }

    func start(_ hook: HookReference, _ call: HookCall) -> HookStep {
        guard entries.indices.contains(hook.index) else {
            return .failed(ScriptFailure(code: "hook.unknown", message: "no such script", script: hook.file))
        }
        running = entries[hook.index]
        restored = call.restoring?.names ?? []
        allowsNoValue = call.allowsNoValue
        let luaCall = LuaCall(call, entry: hook.index, of: entries[hook.index].hook)
        guard let scope else { return step(lease.start(luaCall)) }
        return CallScope.$current.withValue(scope) { step(lease.start(luaCall)) }
    }

    func proceed() async -> HookStep {
        guard let scope else { return step(await lease.proceed()) }
        return step(await CallScope.$current.withValue(scope) { await lease.proceed() })
    }

    private var scope: CallScope? {
        guard let code, let running else { return nil }
        return CallScope(owner: ScriptOwner.site, code: code, file: running.file, subject: nil)
    }

    func end() { lease.end() }

    private func step(_ step: LuaStep) -> HookStep {
        switch step {
        case .pending: .pending
        case .failed(let failure): .failed(ScriptFailure(failure, file: running?.file))
        case .returned(let result): typed(result)
        }
    }

    private func typed(_ result: LuaResult) -> HookStep {
        guard let running else {
            return .failed(ScriptFailure(code: "hook.unknown", message: "nothing was started"))
        }
        let names =
            result.changedMask == 0
            ? []
            : result.changedReserved.compactMap { index in
                restored.indices.contains(index) ? restored[index].description : nil
            }
        return HookResult.typed(
            result, of: running.hook, file: running.file, restored: names, allowsNoValue: allowsNoValue)
    }
}

extension LuaCall {
    /// The engine's call in the machine's words.
    fileprivate init(_ call: HookCall, entry: Int, of hook: HookName) {
        self.init(entry: entry, mode: .hook, arguments: call.arguments.map(LuaArgument.init))
        keepsResult = call.keepsResult
        restoring = call.restoring.map { LuaRestoring($0, arguments: call.arguments) }
        allowsNoValue = call.allowsNoValue
        allowsHandles = hook == .signIn || hook == .authorize  // the two that may answer `deny{}`
        resultName = hook.resultName
    }
}

extension LuaArgument {
    fileprivate init(_ argument: HookCall.Argument) {
        switch argument.value {
        case .json(let bytes): self = .json(argument.name, bytes)
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
    /// How paths of refused values begin: `token.groups[3]`.
    fileprivate var resultName: StaticString {
        switch self {
        case .jwt: "token"
        case .session: "session"
        case .authorize: "user"
        case .signIn, .redirect, .events: "result"
        }
    }
}
