import LuaHost
import Moongate

/// What can be wrong with the functions that the engine calls.
extension CheckedFile {
    /// A function that the engine calls, and what it is called with.
    private struct Called {
        let function: CodeFunction
        /// `hook jwt`, `function when`.
        let name: String
        /// What its argument may hold.
        let fields: [String]
        let returnsValue: Bool
    }

    /// What is wrong with functions that the engine calls.
    func hooks(_ facts: CodeFacts, _ role: OwnedScripts.Role) -> [CheckProblem] {
        let all = called(facts, role)
        // A function may stand under several names: it may read what any of them is given.
        let fields = all.reduce(into: [ObjectIdentifier: Set<String>]()) { fields, called in
            fields[ObjectIdentifier(called.function.argument), default: []].formUnion(called.fields)
        }
        return all.flatMap { called in
            (called.returnsValue ? silentEnds(called) : [])
                + unknownFields(called, fields[ObjectIdentifier(called.function.argument)] ?? [])
        }
    }

    private func called(_ facts: CodeFacts, _ role: OwnedScripts.Role) -> [Called] {
        switch role {
        case .hook(let hook): Self.hook(hook, facts.returned)
        case .events: Self.events(facts.returned)
        case .plugin(let hooks): hooks.flatMap { Self.hook($0, facts.returned[$0.rawValue]) }
        case .rules: Self.rules(facts.returned)
        }
    }

    private static func hook(_ hook: HookName, _ value: CodeFacts.Returned) -> [Called] {
        if hook == .events { return events(value) }
        guard case .function(let function) = value else { return [] }
        let name = "hook \(hook.rawValue)"
        return [Called(function: function, name: name, fields: names(HookInput.fields[hook]), returnsValue: true)]
    }

    private static func events(_ value: CodeFacts.Returned) -> [Called] {
        HookName.eventNames.compactMap { name in
            guard case .function(let function) = value[name] else { return nil }
            let fields = names(HookInput.fields(event: name))
            return Called(function: function, name: "event \(name)", fields: fields, returnsValue: false)
        }
    }

    private static func names(_ fields: [StaticString]?) -> [String] { (fields ?? []).map(\.description) }

    /// `when` and `decide` of every entry.
    private static func rules(_ file: CodeFacts.Returned) -> [Called] {
        ["forbid", "routes"].flatMap { key -> [Called] in
            guard case .table(let entries) = file[key] else { return [] }
            return entries.values.flatMap { entry in
                ["when", "decide"].compactMap { name in
                    guard case .function(let function) = entry[name] else { return nil }
                    let fields = RuleArguments.fields
                    return Called(function: function, name: "function \(name)", fields: fields, returnsValue: true)
                }
            }
        }
    }

    /// Fields that nobody fills: they are `nil` and no error, so this is a warning. What the function itself puts there is
    /// its own affair.
    private func unknownFields(_ called: Called, _ known: Set<String>) -> [CheckProblem] {
        let argument = called.function.argument
        guard !argument.isShared, argument.takers.allSatisfy(Self.leavesAsItIs) else { return [] }
        var counter = CodeFacts.UseCounter()
        return argument.reads.compactMap { use in
            let number = counter.number(use.name, use.line)
            guard !known.contains(use.name), !argument.writes.contains(use.name) else { return nil }
            let hint =
                NearestName.of(use.name, among: called.fields).map { "did you mean `\($0)`?" }
                ?? "there are \(called.fields.joined(separator: ", "))"
            return CheckProblem(
                .warning, code: "hook.unknownField",
                message: "the \(called.name) is given no `\(use.name)`; \(hint)", file: source.name, line: use.line,
                column: spots.column(
                    of: .init(
                        name: use.name, role: .member(of: called.function.compiled.locals.first), line: use.line,
                        number: number)))
        }
    }

    /// Whether a global that is given a table puts no field into it, and gives it to nobody who might.
    private static func leavesAsItIs(_ global: String) -> Bool {
        ["pairs", "ipairs", "next", "type", "tostring", "rawequal"].contains(global)
            || KnownNames.hostFunctions.contains(global)
    }

    private func silentEnds(_ called: Called) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        return called.function.silentEnds.map { end in
            let message =
                end.isWritten
                ? "`return` without a value: the \(called.name) must return one; `return nil` says nothing on purpose"
                : "the \(called.name) can come to its end without returning a value; is a `return` missing?"
            return CheckProblem(
                code: "hook.noReturn", message: message, file: source.name, line: end.line,
                column: end.isWritten
                    ? spots.column(
                        of: .init(
                            name: "return", role: .bareReturn, line: end.line,
                            number: counter.number("return", end.line)))
                    : tokens.lastColumn(of: "end", line: end.line))
        }
    }
}
