import Moongate
import MoongateLua
import MoongateRuntime

/// What `moongate call` runs: a hook, or the function that listens to one event (`events.signIn`).
enum CallTarget {
    case hook(HookName)
    case event(String)

    /// - Throws: ``CommandFailure`` that says what there is, the nearest name first.
    init(_ text: String) throws {
        if let hook = HookName(rawValue: text), HookInput.fields[hook] != nil {
            self = .hook(hook)
        } else if text.hasPrefix("events."), HookInput.fields(event: String(text.dropFirst(7))) != nil {
            self = .event(String(text.dropFirst(7)))
        } else {
            let known = HookInput.names + HookName.eventNames.map { "events.\($0)" }
            let nearest = NearestName.of(text, among: known).map { "did you mean \($0)?" }
            throw CommandFailure(
                .usage, "moongate: there is no hook \(text); \(nearest ?? "there are \(known.joined(separator: ", "))")"
            )
        }
    }

    /// As it is written on the command line.
    var name: String {
        switch self {
        case .hook(let hook): hook.rawValue
        case .event(let event): "events.\(event)"
        }
    }

    /// The hook that a manifest declares for it.
    var hook: HookName {
        switch self {
        case .hook(let hook): hook
        case .event: .events
        }
    }

    /// The call with these members.
    /// - Parameter seesTokens: Whether a listener is shown the provider's tokens.
    func call(_ members: [String: JSONValue], seesTokens: Bool) throws -> HookCall {
        switch self {
        case .hook(let hook): try HookInput.call(hook, members)
        case .event(let event): try HookInput.call(event: event, members, seesTokens: seesTokens)
        }
    }

    /// The owner's function, where it has one.
    func reference(of owner: String, in runner: LuaHookRunner) -> HookReference? {
        switch self {
        case .hook(let hook): runner.reference(hook, of: owner)
        case .event(let event): runner.reference(event: event, of: owner)
        }
    }
}
