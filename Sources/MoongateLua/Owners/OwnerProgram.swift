import LuaHost
import Moongate
import MoongateTokens

/// One owner's code, compiled, with a pool of virtual machines of its own.
struct OwnerProgram: Sendable {
    let scripts: OwnedScripts
    let pool: LuaPool
    /// Whether any script calls a function that asks who called it: only then is it worth saying.
    let needsScope: Bool
    /// Whether any of them keeps values by subject, which has to be looked for in a token.
    private let needsSubject: Bool
    /// Taken out of what the owner's hooks return, where the owner uses secrets at all.
    let hidden: KnownSecrets?

    var owner: ScriptOwner { scripts.owner }

    /// Compiles, and runs nothing.
    /// - Throws: ``ScriptSetError`` with everything that does not compile.
    init(_ scripts: OwnedScripts, _ services: HostServices) throws {
        self.scripts = scripts
        hidden = scripts.owner.needs.secrets.isEmpty ? nil : services.knownSecrets
        needsSubject = scripts.sources.contains { $0.mentions(["cache", "_ENV"]) }
        needsScope = needsSubject || scripts.sources.contains { $0.mentions(["log"]) }
        do {
            let program = try LuaProgram(
                entries: scripts.entries.map(\.source), libraries: scripts.libraries,
                dataLibraries: scripts.dataLibraries, constants: scripts.constants,
                libraryFolder: scripts.libraryFolder, functions: HostFunction.forHooks(scripts.owner, services),
                limits: LuaLimits(scripts.owner.limits), seed: services.seed)
            pool = LuaPool(program: program, shares: services.shares, owner: scripts.owner.id)
        } catch let error as LuaHostError {
            throw ScriptSetError(error.failures.map { ScriptFailure($0, file: nil) })
        }
    }

    /// Which call a host function serves, for calls of this owner.
    func scope(file: String, subject: HookSubject?) -> CallScope? {
        guard needsScope else { return nil }
        return CallScope(
            owner: owner.id, code: scripts.code, file: file, subject: needsSubject ? subject?.id : nil)
    }
}

extension LuaSource {
    /// Whether one of these names stands in the text. Functions of the host are reached by their names; otherwise only
    /// through the environment, whose name has to stand there then.
    fileprivate func mentions(_ names: [StaticString]) -> Bool {
        names.contains { text.contains(subsequence: $0) }
    }
}

extension Array<UInt8> {
    fileprivate func contains(subsequence text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            indices.contains { self[$0...].starts(with: wanted) }
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
