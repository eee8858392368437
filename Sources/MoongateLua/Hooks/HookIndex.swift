import Moongate

/// The parts of all owners, numbered, and found by what they are.
struct HookIndex {
    private(set) var entries: [LuaHookRunner.Entry] = []
    /// One for each owner, hook and file: what calls are counted by.
    private(set) var lines: [(owner: String, hook: HookName, file: String)] = []
    private(set) var chains: [HookName: [HookReference]] = [:]
    private(set) var events: [String: [HookReference]] = [:]
    private var ruleFunctions: [String: [[UInt8]: HookReference]] = [:]

    init(_ programs: [(program: OwnerProgram, parts: [HookPart])]) {
        for (owner, (program, parts)) in programs.enumerated() {
            for part in parts { add(part, program.owner, owner) }
        }
    }

    private mutating func add(_ part: HookPart, _ whose: ScriptOwner, _ owner: Int) {
        let isCounted = lines.last.map { ($0.owner, $0.hook, $0.file) == (whose.id, part.hook, part.file) }
        if isCounted != true { lines.append((whose.id, part.hook, part.file)) }
        let reference = HookReference(
            index: entries.count, file: part.file, owner: owner, seesTokens: whose.needs.providerTokens)
        entries.append(LuaHookRunner.Entry(part: part, owner: owner, line: lines.count - 1))
        if let event = part.event {
            events[event, default: []].append(reference)
        } else {
            chains[part.hook, default: []].append(reference)
        }
        if case .member(let path) = part.mode, part.hook == .rules {
            ruleFunctions[part.file, default: [:]][path] = reference
        }
    }

    /// A file of rules with its functions.
    func ruleSource(_ document: RuleDocument) -> RuleSource {
        let functions = ruleFunctions[document.source.name] ?? [:]
        return document.ruleSource { functions[$0] }
    }
}
