import Logging
import LuaHost
import Moongate
import MoongateLua
import MoongateTokens
import Synchronization

/// Runs hooks as the engine does: through the protocol.
struct HookBench {
    let runner: LuaHookRunner
    let log = LogRecorder()

    init(
        _ hooks: [String: String], libraries: [String: String] = [:], limits: ScriptLimits = ScriptLimits()
    ) throws {
        let folder = try TemporaryFolder()
        for (name, text) in hooks { try folder.write("\(name).lua", text) }
        for (name, text) in libraries { try folder.write("lib/\(name).lua", text) }
        try self.init(ScriptSet.load(folder.path), limits: limits)
    }

    init(_ scripts: ScriptSet, limits: ScriptLimits = ScriptLimits()) throws {
        let log = log
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        runner = try LuaHookRunner(scripts, limits: limits, clock: StoppedClock(), logger: logger)
    }

    func run(_ hook: HookName, _ arguments: [(StaticString, JSONValue)]) async throws -> HookResult {
        try await run(hook, HookCall(arguments.map { HookCall.Argument($0, .json($1.canonicalBytes())) }))
    }

    func run(_ hook: HookName, _ call: HookCall) async throws -> HookResult {
        let lease = try runner.lease()
        defer { lease.end() }
        return try await lease.finish(runner.chain(hook)[0], call)
    }

    func failure(_ hook: HookName, _ arguments: [(StaticString, JSONValue)] = []) async -> ScriptFailure? {
        do {
            _ = try await run(hook, arguments)
            return nil
        } catch { return error as? ScriptFailure }
    }
}

extension HookLease {
    func finish(_ hook: HookReference, _ call: HookCall) async throws -> HookResult {
        var step = start(hook, call)
        while case .pending = step { step = await proceed() }
        switch step {
        case .returned(let result): return result
        case .failed(let failure): throw failure
        case .pending: throw ScriptFailure(code: "test", message: "still pending")
        }
    }
}

extension HookResult {
    /// The value; `nil` for everything else.
    var json: JSONValue? {
        guard case .value(let bytes, _) = self else { return nil }
        return try? JSONValue(parsing: bytes)
    }

    var isNull: Bool { if case .null = self { true } else { false } }

    var denial: String? { if case .denied(let code, _) = self { code } else { nil } }
}

struct StoppedClock: AuthClock {
    func now() -> Timestamp { Timestamp(milliseconds: 1_700_000_000_999) }
}

/// Keeps what was logged.
final class LogRecorder: LogHandler {
    struct Entry: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: Logger.Metadata
    }
    private let recorded = Mutex<[Entry]>([])
    var entries: [Entry] { recorded.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    func log(event: LogEvent) {
        let entry = Entry(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
        recorded.withLock { $0.append(entry) }
    }
}
