import Synchronization

@testable import Moongate

/// A hook runner without a language: each script is a list of steps, given out from the first at every call.
final class ScriptedHooks: HookRunner {
    /// What was asked of the runner and of the workers it lent.
    struct Record {
        var calls: [(file: String, call: HookCall)] = []
        var leases = 0
        var ends = 0
        var proceeds = 0
        /// Calls of a lease that was over.
        var misuses = 0
    }

    private let scripts: [(hook: HookName, steps: [HookStep])]
    private let isOverloaded: Bool
    private let seesTokens: Bool
    fileprivate let state = Mutex(Record())

    init(_ scripts: (HookName, [HookStep])..., isOverloaded: Bool = false, seesTokens: Bool = false) {
        self.scripts = scripts.map { (hook: $0.0, steps: $0.1) }
        self.isOverloaded = isOverloaded
        self.seesTokens = seesTokens
    }

    var record: Record { state.withLock { $0 } }

    /// The files whose scripts were started, in their order.
    var files: [String] { record.calls.map(\.file) }

    func chain(_ hook: HookName) -> [HookReference] {
        scripts.indices.filter { scripts[$0].hook == hook }.map {
            HookReference(index: $0, file: "scripts/\(hook.rawValue)\($0).lua", seesTokens: seesTokens)
        }
    }

    /// Every script of the events listens to all of them.
    func eventChain(_ name: String) -> [HookReference] { chain(.events) }

    func lease() throws -> any HookLease {
        guard !isOverloaded else { throw ScriptFailure(code: "overloaded", message: "too many are lent") }
        state.withLock { $0.leases += 1 }
        return ScriptedLease(self)
    }

    fileprivate func steps(of hook: HookReference) -> [HookStep] { scripts[hook.index].steps }
}

/// As a real worker: after a failure it runs nothing more.
private final class ScriptedLease: HookLease {
    private let owner: ScriptedHooks
    private var steps: ArraySlice<HookStep> = []
    private var isOver = false
    private var hasFailed = false

    init(_ owner: ScriptedHooks) { self.owner = owner }

    func start(_ hook: HookReference, _ call: HookCall) -> HookStep {
        owner.state.withLock { $0.calls.append((hook.file, call)) }
        steps = owner.steps(of: hook)[...]
        return next()
    }

    func proceed() async -> HookStep {
        owner.state.withLock { $0.proceeds += 1 }
        return next()
    }

    func end() {
        owner.state.withLock { if isOver { $0.misuses += 1 } else { $0.ends += 1 } }
        isOver = true
    }

    private func next() -> HookStep {
        if isOver { owner.state.withLock { $0.misuses += 1 } }
        let cancelled = HookStep.failed(ScriptFailure(code: "cancelled", message: "the worker is dead"))
        guard !isOver, !hasFailed, let step = steps.popFirst() else { return cancelled }
        if case .failed = step { hasFailed = true }
        return step
    }
}

extension HookStep {
    /// A script's result as JSON text.
    static func json(_ text: String, restored: [String] = []) -> HookStep {
        .returned(.value(Array(text.utf8), restored: restored))
    }

    static func failure(_ code: String) -> HookStep { .failed(ScriptFailure(code: code, message: "broken")) }
}
