import CLuaBridge
import Synchronization

/// A state and the lock that lets one caller at it at a time. A worker moves between pool and leases; its state is
/// never reset after a failure, only closed.
final class LuaWorker: Sendable {
    /// What a suspended call needs to go on.
    enum Need: Sendable {
        case nothing
        case slice
        case host(function: Int, arguments: [UInt8], number: UInt64)
    }

    let program: LuaProgram
    private let state: Mutex<LuaState>

    init(_ program: LuaProgram) throws {
        self.program = program
        state = Mutex(try LuaState(program))
    }

    func start(_ call: LuaCall) -> (LuaStep, Need, overran: Bool) {
        state.withLock { state in
            state.calls.settle()
            state.begin(call)
            let (step, need) = state.advance()
            return (step, need, mg_overran(state.pointer))
        }
    }

    /// Prepares a call whose first slice is run by ``resume()``.
    func begin(_ call: LuaCall) {
        state.withLock { state in
            state.calls.settle()
            state.begin(call)
        }
    }

    func resume() -> (LuaStep, Need) {
        state.withLock { $0.advance() }
    }

    /// False when this answer was given before, or nobody waits for it.
    func resolve(_ number: UInt64, _ answer: FillAnswer) -> Bool {
        state.withLock { state in
            answer.write(holding: state.calls) { mg_resolve(state.pointer, number, $0, $1, $2.baseAddress, $2.count) }
        }
    }

    func abandon() {
        state.withLock { state in
            mg_abandon(state.pointer)
            state.calls.settle()
        }
    }

    /// The number of the call under way.
    var callNumber: UInt64 { state.withLock { $0.calls.number } }

    /// What is left of the call's wall time; zero when it is over.
    var remaining: Duration {
        state.withLock { state in
            let now = mg_now_ns(), deadline = mg_deadline_ns(state.pointer)
            return .nanoseconds(deadline > now ? Int64(clamping: deadline - now) : 0)
        }
    }

    var counters: mg_counters { state.withLock { mg_counted($0.pointer) } }

    /// Forgets the caller's data. False when the state must not be used again: it failed, served long enough, holds
    /// much that would have to be collected, or has grown.
    func retire(after calls: UInt64, memory: Int) -> Bool {
        state.withLock { state in
            state.calls.settle()
            guard mg_clean(state.pointer) else { return false }
            mg_forget(state.pointer)
            let counters = mg_counted(state.pointer)
            return counters.calls < calls && counters.memory <= counters.made &+ memory && !mg_grown(state.pointer)
        }
    }
}

extension LuaState {
    /// Runs one slice. A call that has ended holds nothing any more.
    fileprivate func advance() -> (LuaStep, LuaWorker.Need) {
        let next = run()
        guard case .pending = next.0 else {
            calls.settle()
            return next
        }
        return next
    }
}
