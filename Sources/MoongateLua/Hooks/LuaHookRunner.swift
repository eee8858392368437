import Logging
import LuaHost
import Moongate

/// The hooks of one generation as Lua scripts: those of the plugins in their order, then the site's own. Each owner's
/// code is compiled once, immutable, with a pool of virtual machines of its own.
public final class LuaHookRunner: HookRunner {
    /// One script's part, found by ``HookReference/index``. A class, because a call takes one and holds on to it.
    final class Entry: Sendable {
        let part: HookPart
        let owner: Int
        /// Where its calls are counted.
        let line: Int

        init(part: HookPart, owner: Int, line: Int) {
            self.part = part
            self.owner = owner
            self.line = line
        }
    }

    let owners: [OwnerProgram]
    let entries: [Entry]
    /// What the scripts have used since the generation was made.
    public let ledger: ScriptLedger
    /// Whether nothing that a script does on a read leaves a trace before it is done.
    public let canStartOver: Bool
    /// The site's access rules, whose functions are entries here.
    package let rules: RuleSet
    private let chains: [HookName: [HookReference]]
    private let events: [String: [HookReference]]

    /// Compiles every owner's scripts and runs the top level of each file once, to see that it gives what its name or
    /// its manifest says.
    ///
    /// - Parameters:
    ///   - owners: In the order of their turn.
    ///   - services: What functions of the host stand on.
    /// - Throws: ``ScriptSetError`` with everything that is wrong, of all owners.
    public static func load(_ owners: [OwnedScripts], services: HostServices) async throws -> LuaHookRunner {
        var programs: [(program: OwnerProgram, parts: [HookPart])] = []
        var documents: [RuleDocument] = []
        var failures: [ScriptFailure] = []
        for owner in owners {
            do {
                let program = try OwnerProgram(owner, services)
                let found = await program.parts()
                programs.append((program, found.parts))
                documents += found.rules
                failures += found.failures
            } catch let error as ScriptSetError {
                failures += error.failures
            }
        }
        let index = HookIndex(programs)
        var rules = RuleSet.none
        do {
            if !documents.isEmpty { rules = try RuleSet(documents.map(index.ruleSource)) }
        } catch {
            failures += error.failures
        }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
        return LuaHookRunner(programs.map(\.program), index, rules)
    }

    /// Compiles the site's own scripts alone, and runs none of them: files that are named after a hook, without events.
    ///
    /// - Parameters:
    ///   - scripts: What was read.
    ///   - limits: The budgets of each call.
    ///   - clock: Answers `time.now()`.
    ///   - logger: Takes what scripts log.
    /// - Throws: ``ScriptSetError`` with everything that does not compile.
    public convenience init(_ scripts: ScriptSet, limits: ScriptLimits, clock: any AuthClock, logger: Logger) throws {
        let owner = OwnedScripts(site: scripts, limits: limits)
        let program = try OwnerProgram(owner, HostServices(clock: clock, logger: logger))
        self.init([program], HookIndex([(program, program.namedParts)]), .none)
    }

    private init(_ owners: [OwnerProgram], _ index: HookIndex, _ rules: RuleSet) {
        self.owners = owners
        self.rules = rules
        entries = index.entries
        canStartOver = !owners.contains(where: \.mayLogOnReads)
        chains = index.chains
        events = index.events
        ledger = ScriptLedger(index.lines)
    }

    /// One owner's part in a hook, by the owner's id; `nil` when there is none.
    public func reference(_ hook: HookName, of owner: String) -> HookReference? {
        chain(hook).first { owners[$0.owner].owner.id == owner }
    }

    /// Makes machines before the first request asks for them.
    /// - Throws: ``ScriptSetError`` when there is no memory.
    public func warm(_ count: Int) throws {
        for program in owners where !program.scripts.entries.isEmpty {
            do {
                try program.pool.warm(count)
            } catch let failure as LuaFailure {
                throw ScriptSetError([ScriptFailure(failure, file: nil)])
            }
        }
    }

    /// Runs the top level of each file once: what cannot even do that, or gives no function, would fail at every request.
    /// - Throws: ``ScriptSetError`` with every file that is not right.
    public func validate() async throws {
        for program in owners {
            let failures = await program.parts().failures
            guard failures.isEmpty else { throw ScriptSetError(failures) }
        }
    }

    /// How many states are in use, owner by owner.
    public var pools: [ScriptPoolUsage] {
        owners.map { program in
            let usage = program.pool.usage
            return ScriptPoolUsage(owner: program.owner.id, lent: usage.lent, idle: usage.idle)
        }
    }

    /// Closes every state that is not in use: the generation serves no more, and may serve again after ``warm(_:)``.
    public func rest() { for program in owners { program.pool.rest() } }

    /// Whether there is any hook or event at all.
    public var isEmpty: Bool { entries.isEmpty }

    public func chain(_ hook: HookName) -> [HookReference] {
        hook == .events ? HookName.eventNames.flatMap(eventChain) : chains[hook] ?? []
    }

    /// Who listens to an event, in the order of their turn.
    public func eventChain(_ name: String) -> [HookReference] { events[name] ?? [] }

    /// A worker for one request. States are borrowed at its calls, so it is theirs to be `overloaded`.
    public func lease() throws -> any HookLease { LuaHookLease(self) }
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
