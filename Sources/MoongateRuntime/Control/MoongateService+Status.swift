import Moongate
import MoongateLua
import MoongateTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension MoongateService {
    /// How the site is: what `moongate status --json` prints. Nothing secret is in it. Runs no script and waits for
    /// nothing.
    ///
    /// docs/operations.md lists the members; new ones may come, those that are there keep their meaning.
    public func status() -> [String: JSONValue] {
        let state = state.withLock { $0 }
        let now = engine.ports.clock.now()
        var status: [String: JSONValue] = [
            "pid": .integer(Int64(getpid())),
            "config": .string(loader.configPath),
            "started": .string(started.iso8601),
            "now": .string(now.iso8601),
            "uptimeSeconds": .integer((ContinuousClock.now - startedInstant).components.seconds),
            "mode": engine.generation.configuration.development == nil ? "production" : "development",
            "scripts": state.current.scriptsAreOff ? "off" : "on",
            "watch": state.watch.value,
            "generation": state.history.current.value,
            "previous": .array(state.history.earlier.reversed().map(\.value)),
            "reloads": .array(state.outcomeValues),
            "eventsWaiting": .integer(Int64(engine.waitingEvents)),
            "pools": .array((state.current.runner?.pools ?? []).map(\.value)),
            "ledger": .array(state.ledgerValues),
        ]
        status["version"] = version.map(JSONValue.string)
        status["lastReload"] = state.last?.value
        status["heldBack"] = .bool(!state.held.isEmpty)
        return status
    }
}

extension ReloadState {
    fileprivate var outcomeValues: [JSONValue] {
        outcomes
            .sorted { ($0.key.trigger.rawValue, $0.key.outcome) < ($1.key.trigger.rawValue, $1.key.outcome) }
            .map {
                [
                    "trigger": .string($0.key.trigger.rawValue), "outcome": .string($0.key.outcome),
                    "count": .counted($0.value),
                ]
            }
    }

    /// The scripts of every generation that is kept, the current one first.
    fileprivate var ledgerValues: [JSONValue] {
        ([history.current] + history.earlier.reversed()).flatMap { entry in
            (entry.loaded.runner?.ledger.rows ?? []).map { $0.value(generation: entry.loaded.id) }
        }
    }
}

extension GenerationHistory.Entry {
    fileprivate var value: JSONValue {
        [
            "id": .string(loaded.id), "since": .string(since.iso8601), "source": .string(source.rawValue),
            "withdrawn": .bool(isWithdrawn),
            "hooks": .array(loaded.hooks.map { .string($0.rawValue) }),
            "plugins": .array(loaded.plugins.map { .string($0.id) }),
        ]
    }
}

extension ReloadReport {
    fileprivate var value: JSONValue {
        var members: [String: JSONValue] = [
            "time": .string(time.iso8601), "trigger": .string(trigger.rawValue), "outcome": .string(outcome.name),
            "milliseconds": .integer(Int64(duration / .milliseconds(1))),
        ]
        switch outcome {
        case .installed(let id): members["generation"] = .string(id)
        case .refused(let problems): members["problems"] = .array(problems.map(\.value))
        case .unchanged, .held: break
        }
        return .object(members)
    }
}

extension WatchState {
    fileprivate var value: JSONValue {
        switch self {
        case .off: ["state": "off"]
        case .watching: ["state": "watching"]
        case .failed(let reason): ["state": "failed", "reason": .string(reason)]
        }
    }
}

extension ScriptPoolUsage {
    fileprivate var value: JSONValue {
        ["owner": .string(owner), "lent": .integer(Int64(lent)), "idle": .integer(Int64(idle))]
    }
}

extension ScriptLedger.Row {
    fileprivate func value(generation: String) -> JSONValue {
        [
            "generation": .string(generation), "owner": .string(owner), "script": .string(file),
            "hook": .string(hook.rawValue), "calls": .counted(totals.calls), "steps": .counted(totals.steps),
            "cpuMicroseconds": .counted(totals.cpuNanoseconds / 1000), "peakBytes": .integer(Int64(totals.peakBytes)),
            "hostCalls": .counted(totals.hostCalls), "cacheHits": .counted(totals.cacheHits),
            "errors": .object(totals.errors.mapValues { .counted($0) }),
        ]
    }
}

extension JSONValue {
    fileprivate static func counted(_ count: UInt64) -> JSONValue { .integer(Int64(clamping: count)) }
}
