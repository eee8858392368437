import Moongate
import Synchronization

/// The hooks that a spec runs: those of the owner as configured, until the spec configures it anew.
final class SpecHookSource: Sendable {
    private let current: Mutex<any HookRunner>
    private let remake: (@Sendable ([String: JSONValue]) async throws -> any HookRunner)?

    /// - Parameter remake: Makes the hooks for further settings; `nil` where there are none, as in a site's own scripts.
    init(_ runner: any HookRunner, remake: (@Sendable ([String: JSONValue]) async throws -> any HookRunner)? = nil) {
        current = Mutex(runner)
        self.remake = remake
    }

    var runner: any HookRunner { current.withLock { $0 } }

    func configure(_ settings: [String: JSONValue]) async throws {
        guard let remake else {
            throw ScriptFailure(code: "hook.input", message: "only a plugin has settings")
        }
        let next = try await remake(settings)
        current.withLock { $0 = next }
    }
}

/// Hooks that are not there: for who wants to know the functions of a spec by their names alone.
struct NoHooks: HookRunner {
    func chain(_ hook: HookName) -> [HookReference] { [] }
    func lease() throws -> any HookLease { throw ScriptFailure(code: "hook.absent", message: "no scripts are loaded") }
}
