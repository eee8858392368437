/// What a host function answers.
public enum HostAnswer: Sendable {
    /// One value, as JSON. No bytes: no value at all.
    case value([UInt8])
    /// A value that the script can hold and hand back but neither read nor make. `kind` is at most 31 ASCII letters;
    /// the payload is JSON and goes out where the handle goes.
    case handle(kind: String, payload: [UInt8])
    /// `nil` and a message: an expected failure.
    case failure(String)
    /// An error in the script: a mistake of its author.
    case raise(String)
}

/// A function that scripts may call, by its dotted name. A name that is not registered does not exist for a script.
///
/// Arguments arrive as a JSON array. A body knows nothing of the call it serves; task-local values of the caller of
/// ``LuaLease/start(_:)`` and ``LuaLease/proceed()`` are visible in it. See ``filling(_:attempt:wait:)`` for one that
/// may have a function of the script's called.
public struct HostFunction: Sendable {
    typealias Waiting = @Sendable ([UInt8]) async -> HostAnswer
    enum Body: Sendable {
        case immediate(@Sendable ([UInt8]) -> HostAnswer)
        case waiting(Waiting)
        case filling(
            attempt: @Sendable ([UInt8], UInt64) -> FillAnswer, wait: @Sendable ([UInt8], UInt64) async -> FillAnswer)
    }

    /// For example `log.info`. A name may also be a prefix of others (`cache` and `cache.shared`).
    public let name: String
    let body: Body
    var takesHandles = false
    var isCurried = false

    /// A function that answers at once, on the thread that runs the script. It must not block, and must not use the
    /// lease that called it.
    public static func immediate(
        _ name: String, _ body: @escaping @Sendable (_ arguments: [UInt8]) -> HostAnswer
    ) -> HostFunction {
        HostFunction(name: name, body: .immediate(body))
    }

    /// A function for which the script is suspended. It should return soon after its task is cancelled: the call's wall
    /// time ends the wait by cancelling it.
    public static func waiting(
        _ name: String, _ body: @escaping @Sendable (_ arguments: [UInt8]) async -> HostAnswer
    ) -> HostFunction {
        HostFunction(name: name, body: .waiting(body))
    }

    /// Handles among the arguments are allowed and arrive as `{"@<kind>": payload}`.
    public func takingHandles() -> HostFunction {
        var copy = self
        copy.takesHandles = true
        return copy
    }

    /// `name(a)` gives a function, and `name(a)(b)` calls the body with `[a, b]`, as in
    /// `provider "github" { … }`.
    public func curried() -> HostFunction {
        var copy = self
        copy.isCurried = true
        return copy
    }
}
