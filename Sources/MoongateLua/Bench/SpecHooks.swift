import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `hook.jwt{ token = …, user = … }` and its like: the owner's real hook, in a machine of its own with its own budgets,
    /// called as the engine calls it. A verdict comes back as `{ denied = { code, message } }`; a failure is an error.
    static func hooks(_ runner: any HookRunner) -> [HostFunction] {
        HookInput.names.compactMap(HookName.init(rawValue:)).map { hook($0, runner) } + [events(runner)]
    }

    private static func hook(_ name: HookName, _ runner: any HookRunner) -> HostFunction {
        .awaiting("hook.\(name.rawValue)") { arguments async throws(HostRefusal) in
            guard let reference = runner.chain(name).first else {
                throw .raise("there is no hook \(name.rawValue) here to run")
            }
            let members = try table(arguments[0], of: "hook.\(name.rawValue)")
            guard arguments.count <= 1 else { throw .raise("hook.\(name.rawValue) takes one table") }
            return try await run(reference, runner) { try HookInput.call(name, members) }
        }
    }

    /// `hook.events("signIn", { user = … })`: every listener of the owner's, in order.
    private static func events(_ runner: any HookRunner) -> HostFunction {
        .awaiting("hook.events") { arguments async throws(HostRefusal) in
            guard (1...2).contains(arguments.count), case .string(let name)? = arguments[0] else {
                throw .raise("hook.events takes an event and its table, as in hook.events(\"signIn\", { user = … })")
            }
            let members = try table(arguments[1], of: "hook.events")
            let chain = runner.eventChain(name)
            guard !chain.isEmpty else { throw .raise("nothing here listens to the event \(name)") }
            for reference in chain {
                _ = try await run(reference, runner) { try HookInput.call(event: name, members) }
            }
            return .value([])
        }
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
        case .null, .nothing: return Array("null".utf8)
        case .denied(let code, let message):
            var denied: [String: JSONValue] = ["code": .string(code)]
            denied["message"] = message.map(JSONValue.string)
            return JSONValue.object(["denied": .object(denied)]).canonicalBytes()
        }
    }
}
