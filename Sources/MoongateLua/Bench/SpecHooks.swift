import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `hook.jwt{ token = …, user = … }` and its like: the owner's real hook, in a machine of its own with its own budgets,
    /// called as the engine calls it. A verdict comes back as `{ denied = { code, message } }`; a failure is an error.
    static func hooks(_ source: SpecHookSource) -> [HostFunction] {
        HookInput.names.compactMap(HookName.init(rawValue:)).map { hook($0, source) } + [
            events(source), configure(source),
        ]
    }

    /// `configure{ retentionDays = 3 }`: from here on the plugin has other settings, over those of its specs.
    private static func configure(_ source: SpecHookSource) -> HostFunction {
        .awaiting("configure") { arguments async throws(HostRefusal) in
            let settings = try table(arguments[0], of: "configure")
            do {
                try await source.configure(settings)
            } catch {
                throw .raise("configure: \(error)")
            }
            return .value([])
        }.takingHandles()
    }

    private static func hook(_ name: HookName, _ source: SpecHookSource) -> HostFunction {
        .awaiting("hook.\(name.rawValue)") { arguments async throws(HostRefusal) in
            let runner = source.runner
            guard let reference = runner.chain(name).first else {
                throw .raise("there is no hook \(name.rawValue) here to run")
            }
            let members = try table(arguments[0], of: "hook.\(name.rawValue)")
            guard arguments.count <= 1 else { throw .raise("hook.\(name.rawValue) takes one table") }
            let answer = try await run(reference, runner) { try HookInput.call(name, members) }
            guard name == .authorize, case .value(let bytes) = answer else { return answer }
            return try checkUser(bytes, reference)
        }
    }

    /// `hook.events("signIn", { user = … })`: every listener of the owner's, in order.
    private static func events(_ source: SpecHookSource) -> HostFunction {
        .awaiting("hook.events") { arguments async throws(HostRefusal) in
            guard (1...2).contains(arguments.count), case .string(let name)? = arguments[0] else {
                throw .raise("hook.events takes an event and its table, as in hook.events(\"signIn\", { user = … })")
            }
            let members = try table(arguments[1], of: "hook.events")
            let runner = source.runner
            let chain = runner.eventChain(name)
            guard !chain.isEmpty else { throw .raise("nothing here listens to the event \(name)") }
            for reference in chain {
                _ = try await run(reference, runner) {
                    try HookInput.call(event: name, members, seesTokens: reference.seesTokens)
                }
            }
            return .value([])
        }
    }

    /// What `authorize` returns has to say who it is, or the engine refuses it.
    private static func checkUser(_ bytes: [UInt8], _ hook: HookReference) throws(HostRefusal) -> HostAnswer {
        guard let user = (try? JSONValue(parsing: bytes))?.objectValue, user["denied"] == nil, !UserTable.isUser(user)
        else { return .value(bytes) }
        let failure = ScriptFailure(
            code: "hook.type", message: "should return \(UserTable.description)", script: hook.file)
        throw .raise("\(failure)")
    }

    private static func table(_ value: JSONValue?, of function: String) throws(HostRefusal) -> [String: JSONValue] {
        switch value {
        case nil, .null?: return [:]
        case .array(let items)? where items.isEmpty: return [:]
        case .object(let members)?: return members
        default: throw .raise("\(function) takes a table with names")
        }
    }

    private static func run(
        _ reference: HookReference, _ runner: any HookRunner, _ call: () throws -> HookCall
    ) async throws(HostRefusal) -> HostAnswer {
        do {
            let call = try call()
            let lease = try runner.lease()
            defer { lease.end() }
            var step = lease.start(reference, call)
            while case .pending = step { step = await lease.proceed() }
            switch step {
            case .returned(let result): return .value(result.forSpecs)
            case .failed(let failure): throw failure
            case .pending: return .raise("the call has ended")
            }
        } catch {
            throw .raise("\(error)")
        }
    }
}

extension HookResult {
    /// As a spec sees it: the value, nothing, or the verdict as data.
    fileprivate var forSpecs: [UInt8] {
        switch self {
        case .value(let bytes, _): return bytes
        case .null, .nothing, .verdict: return Array("null".utf8)
        case .denied(let code, let message):
            var denied: [String: JSONValue] = ["code": .string(code)]
            denied["message"] = message.map(JSONValue.string)
            return JSONValue.object(["denied": .object(denied)]).canonicalBytes()
        }
    }
}
