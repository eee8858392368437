import Moongate

/// A script host whose every function gives one answer; without one, no worker is free.
struct OneAnswer: HookRunner {
    private let answer: HookStep?
    /// What happens in the world while a function waits.
    private let meanwhile: (@Sendable () async -> Void)?

    init(_ answer: HookStep?, meanwhile: (@Sendable () async -> Void)? = nil) {
        self.answer = answer
        self.meanwhile = meanwhile
    }

    func chain(_ hook: HookName) -> [HookReference] { [] }

    func lease() throws -> any HookLease {
        guard let answer else { throw ScriptFailure(code: "overloaded", message: "too many are lent") }
        return Lease(answer: answer, meanwhile: meanwhile)
    }

    private final class Lease: HookLease {
        private let answer: HookStep
        private let meanwhile: (@Sendable () async -> Void)?

        init(answer: HookStep, meanwhile: (@Sendable () async -> Void)?) {
            self.answer = answer
            self.meanwhile = meanwhile
        }

        func start(_ hook: HookReference, _ call: HookCall) -> HookStep { meanwhile == nil ? answer : .pending }

        func proceed() async -> HookStep {
            await meanwhile?()
            return answer
        }

        func end() {}
    }
}
