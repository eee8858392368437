import LuaHost
import Moongate
import MoongateTokens

/// Which of a rule's functions one is, and where it stands.
struct RulePart: Sendable, Equatable {
    enum Kind: Sendable {
        /// `when`: says true or false.
        case condition
        /// `decide`: gives a verdict, or nil.
        case decision
    }

    let kind: Kind
    let line: Int?
}

/// A file of access rules as its top level returned it: data, whose functions are found again by their place.
struct RuleDocument: Sendable {
    let source: LuaSource
    let value: JSONValue
    let places: TablePlaces
    /// Its functions, in no order.
    let parts: [HookPart]

    init(_ source: LuaSource, entry: Int, value: JSONValue) {
        let places = TablePlaces(source.text)
        self.source = source
        self.value = value
        self.places = places
        parts = Self.functions(in: value).map { place in
            let path = place.reduce(into: "") { path, step in
                switch step {
                case .string(let name): path += path.isEmpty ? name : ".\(name)"
                case .integer(let index): path += "[\(index)]"
                default: break
                }
            }
            let kind: RulePart.Kind = place.last == "when" ? .condition : .decision
            return HookPart(
                hook: .rules, event: nil, file: source.name, entry: entry,
                mode: .member(path: JSONValue.array(place).canonicalBytes()),
                rule: RulePart(kind: kind, line: places.place(path)?.line))
        }
    }

    /// The places of all functions, as the result writes them.
    private static func functions(in value: JSONValue) -> [[JSONValue]] {
        switch value {
        case .array(let items): return items.flatMap(functions)
        case .object(let members):
            if case .array(let place)? = members["@function"] { return [place] }
            return members.sorted { $0.key < $1.key }.flatMap { functions(in: $0.value) }
        default: return []
        }
    }

    /// For the engine.
    /// - Parameter reference: A function's reference, by its path as ``LuaCall/Mode/member(path:)`` has it.
    func ruleSource(_ reference: @escaping @Sendable (_ path: [UInt8]) -> HookReference?) -> RuleSource {
        let places = places
        return RuleSource(
            name: source.name, value: value, function: { reference($0.canonicalBytes()) },
            line: { places.place($0)?.line }, mistakes: mistakes)
    }
}

extension OwnerProgram {
    /// Bytes of what a file of rules returns, as JSON: ten thousand routes are fewer.
    private static let ruleBytes = 4 << 20

    /// Runs the top level of a file of rules, with the budgets of a call but for size and time: this happens once, when it
    /// is loaded. (A file with functions runs again for each call of one, within the ordinary budgets.)
    func ruleDocument(_ index: Int, _ source: LuaSource) async throws -> RuleDocument {
        var limits = pool.program.limits
        limits.resultBytes = max(limits.resultBytes, Self.ruleBytes)
        limits.cpu = max(limits.cpu, .seconds(1))
        let program: LuaProgram
        do {
            program = try pool.program.alone(index, limits: limits)
        } catch let error as LuaHostError {
            throw ScriptSetError(error.failures.map { ScriptFailure($0, file: source.name) })
        }
        var call = LuaCall(entry: 0, mode: .chunk)
        call.allowsFunctions = true
        call.allowsHandles = true
        call.allowsNoValue = true
        call.resultName = "rules"
        let lease = try LuaPool(program: program, states: 1, running: 1).lease()
        defer { lease.end() }
        let result = try await CallScope.$current.withValue(scope(file: source.name, subject: nil)) {
            try await lease.call(call)
        }
        guard result.kind == .object || result.kind == .array else {
            throw ScriptSetError([
                ScriptFailure(
                    code: "hook.notFunction", message: "must return a table of rules: `return { routes = { … } }`",
                    script: source.name)
            ])
        }
        return RuleDocument(source, entry: index, value: try JSONValue(parsing: result.bytes))
    }
}
