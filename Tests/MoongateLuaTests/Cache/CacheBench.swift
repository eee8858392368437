import Logging
import LuaHost
import Moongate
import MoongateTokens
import Synchronization

@testable import MoongateLua

/// Runs one owner's chunk with the host functions of hooks, under a call scope of the test's choice. `work()` counts its
/// calls and waits until ``open()``, where a test asks for that.
struct CacheBench: Sendable {
    let cache: ScriptCache
    let clock = MovingClock()
    let gate: Gate
    let account = ScriptAccount()
    private let owner: ScriptOwner
    private let values: any KeyValueStore

    init(
        owner id: String = ScriptOwner.site, needs: ScriptNeeds = .caching, cache: ScriptCache = ScriptCache(),
        values: any KeyValueStore = InMemoryKeyValueStore(), isOpen: Bool = true
    ) {
        var limits = ScriptLimits()
        limits.wallMs = 60_000
        limits.cpuMs = 20_000
        owner = ScriptOwner(id: id, needs: needs, limits: limits)
        gate = Gate(isOpen: isOpen)
        self.cache = cache
        self.values = values
    }

    /// A pool of its own for a chunk, for many calls at once.
    func pool(_ text: String, limits: (inout LuaLimits) -> Void = { _ in }) throws -> LuaPool {
        var services = HostServices(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        services.cache = cache
        services.keyValues = values
        let gate = gate
        let work = HostFunction.waiting("work") { _ in await gate.pass() }
        var own = LuaLimits(owner.limits)
        limits(&own)
        let program = try LuaProgram(
            entries: [LuaSource(name: "scripts/jwt.lua", text)],
            functions: HostFunction.forHooks(owner, services) + [work], limits: own)
        return LuaPool(program: program)
    }

    /// What the chunk returns, as JSON text.
    func call(_ pool: LuaPool, subject: String? = "ada", code: String = "1") async throws -> String {
        var scope = CallScope(owner: owner.id, code: code, file: "scripts/jwt.lua", subject: subject)
        scope.account = account
        return try await CallScope.$current.withValue(scope) {
            let lease = try pool.lease()
            defer { lease.end() }
            let result = try await lease.call(LuaCall(entry: 0, mode: .chunk))
            return String(decoding: result.bytes, as: UTF8.self)
        }
    }

    func call(_ text: String, subject: String? = "ada", code: String = "1") async throws -> String {
        try await call(try pool(text), subject: subject, code: code)
    }

    func failure(_ text: String, subject: String? = "ada") async -> LuaFailure? {
        do {
            _ = try await call(text, subject: subject)
            return nil
        } catch { return error as? LuaFailure }
    }

    /// Returns when as many calls wait for another's value.
    func whenWaiting(_ count: Int) async { while cache.waiting < count { await Task.yield() } }
}

extension ScriptNeeds {
    static var caching: ScriptNeeds {
        var needs = ScriptNeeds()
        needs.kv = true
        needs.sharedCache = true
        return needs
    }
}

/// Where `work()` waits.
final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var count = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(isOpen: Bool) { state = Mutex(State(isOpen: isOpen)) }

    /// How many calls came.
    var count: Int { state.withLock(\.count) }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when as many calls have come.
    func whenCount(_ wanted: Int) async { while count < wanted { await Task.yield() } }

    /// Answers with the number of the call. A cancelled one does not wait.
    func pass() async -> HostAnswer {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goes = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goes { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting.removeAll() }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
        return .value(Array(String(number).utf8))
    }
}

final class MovingClock: AuthClock {
    private let time = Mutex(Timestamp(seconds: 1_700_000_000))
    func now() -> Timestamp { time.withLock { $0 } }
    func advance(_ seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
