import Logging
import LuaHost
import Moongate
import MoongateTokens

/// The hooks of one generation as Lua scripts: compiled once, immutable, with a pool of virtual machines of their own.
public final class LuaHookRunner: HookRunner {
    /// One script's part, found by ``HookReference/index``.
    struct Entry: Sendable {
        let hook: HookName
        let file: String
    }

    let entries: [Entry]
    private let code: String
    private let pool: LuaPool
    private let chains: [HookName: [HookReference]]
    /// Whether any script calls a function that asks who called it: only then is it worth saying.
    private let needsScope: Bool

    /// Compiles a set of scripts, and runs none of them.
    ///
    /// - Parameters:
    ///   - scripts: What was read.
    ///   - limits: The budgets of each call.
    ///   - clock: Answers `time.now()`.
    ///   - logger: Takes what scripts log.
    /// - Throws: ``ScriptSetError`` with everything that does not compile.
    public init(_ scripts: ScriptSet, limits: ScriptLimits, clock: any AuthClock, logger: Logger) throws {
        let present = HookName.allCases.compactMap { hook in scripts.hooks[hook].map { (hook, $0) } }
        entries = present.map { Entry(hook: $0.0, file: $0.1.name) }
        let references = entries.enumerated().map { ($1.hook, [HookReference(index: $0, file: $1.file)]) }
        chains = Dictionary(uniqueKeysWithValues: references)
        let sources = present.map(\.1) + scripts.libraries.values
        let owner = ScriptOwner(id: ScriptOwner.site, needs: ScriptNeeds(), limits: limits)
        code = Hex.encode(scripts.digest)
        needsScope = sources.contains { $0.text.contains(subsequence: "log") }
        do {
            pool = LuaPool(
                program: try LuaProgram(
                    entries: present.map(\.1), libraries: scripts.libraries,
                    functions: HostFunction.forHooks(owner, HostServices(clock: clock, logger: logger)),
                    limits: LuaLimits(limits)))
        } catch let error as LuaHostError {
            throw ScriptSetError(error.failures.map { ScriptFailure($0, file: nil) })
        }
    }

    /// Makes machines before the first request asks for them.
    public func warm(_ count: Int) throws {
        guard !entries.isEmpty else { return }
        do {
            try pool.warm(count)
        } catch let failure as LuaFailure {
            throw ScriptSetError([ScriptFailure(failure, file: nil)])
        }
    }

    /// Runs the top level of each file once: what cannot even do that, or gives no function, would fail at every request.
    /// - Throws: ``ScriptSetError`` with every file that is not right.
    public func validate() async throws {
        var failures: [ScriptFailure] = []
        for (index, entry) in entries.enumerated() {
            var call = LuaCall(entry: index, mode: .chunk)
            call.allowsFunctions = true
            call.allowsNoValue = true
            do {
                let lease = try pool.lease()
                defer { lease.end() }
                guard try await lease.call(call).kind != .function else { continue }
                failures.append(
                    ScriptFailure(
                        code: "hook.notFunction", message: "must return a function: `return function(p) … end`",
                        script: entry.file))
            } catch let failure as LuaFailure {
                failures.append(ScriptFailure(failure, file: entry.file))
            }
        }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
    }

    public func chain(_ hook: HookName) -> [HookReference] { chains[hook] ?? [] }

    public func lease() throws -> any HookLease {
        do {
            return LuaHookLease(try pool.lease(), entries: entries, code: needsScope ? code : nil)
        } catch let failure as LuaFailure {
            throw ScriptFailure(failure, file: nil)
        }
    }
}

extension LuaLimits {
    /// The operator's budgets.
    init(_ limits: ScriptLimits) {
        self.init()
        steps = UInt64(clamping: limits.steps)
        cpu = .milliseconds(limits.cpuMs)
        wall = .milliseconds(limits.wallMs)
        memoryBytes = Int(clamping: limits.memoryMB.multipliedClamping(by: 1 << 20))
        resultBytes = Int(clamping: limits.resultKB.multipliedClamping(by: 1 << 10))
    }
}

extension Int64 {
    fileprivate func multipliedClamping(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}

extension Array<UInt8> {
    fileprivate func contains(subsequence text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            indices.contains { self[$0...].starts(with: wanted) }
        }
    }
}

extension ScriptFailure {
    /// Which setting a budget comes from.
    private static let settings = [
        "script.steps": "limits.script.steps", "script.cpu": "limits.script.cpuMs",
        "script.wall": "limits.script.wallMs", "script.memory": "limits.script.memoryMB",
        "script.result": "limits.script.resultKB",
    ]

    /// A failure of the machine in the engine's words; `file` where the machine does not know which it was.
    init(_ failure: LuaFailure, file: String?) {
        var message = failure.path.map { "\($0): \(failure.message)" } ?? failure.message
        if let setting = Self.settings[failure.code] { message += "; the limit is \(setting) in config.lua" }
        self.init(code: failure.code, message: message, script: failure.script ?? file, line: failure.line)
    }
}
