import LuaHost
import Moongate

/// One file, its words, and what is wrong with it.
struct CheckedFile {
    let source: LuaSource
    let tokens: LuaTokens
    private let libraries: Set<String>

    init(_ source: LuaSource, libraries: Set<String>) {
        self.source = source
        self.libraries = libraries
        tokens = LuaTokens(source.text)
    }

    enum Outcome {
        case success(CodeFacts)
        case failure(CheckProblem)
    }

    /// What the code does; why it is none.
    func facts(limits: ScriptLimits) -> Outcome {
        var limits = LuaLimits(limits)
        limits.resultBytes = 16 << 20
        limits.memoryBytes = max(limits.memoryBytes, 64 << 20)
        limits.sourceBytes += SpecLibrary.prefix.utf8.count
        do {
            let isSpec = source.name.hasSuffix("_spec.lua")
            let program = try LuaProgram(entries: [isSpec ? SpecLibrary.source(source) : source], limits: limits)
            return .success(try CodeFacts(try program.compiledCode(0)))
        } catch let error as LuaHostError {
            let failure =
                error.failures.first.map { ScriptFailure($0, file: source.name) }
                ?? ScriptFailure(code: error.code, message: "does not compile", script: source.name)
            return .failure(CheckProblem(failure, in: [source]))
        } catch let failure as LuaFailure {
            return .failure(CheckProblem(ScriptFailure(failure, file: source.name)))
        } catch {
            // A Lua of another version than this reader knows: nothing can be said, and nothing is wrong.
            return .success(CodeFacts())
        }
    }

    func problem(
        _ code: String, _ message: String, at name: String, line: Int
    ) -> CheckProblem {
        CheckProblem(
            code: code, message: message, file: source.name, line: line,
            column: tokens.column(of: name, line: line))
    }

    /// Names that nothing is behind, each with the one that was probably meant.
    func names(
        _ facts: CodeFacts, _ granted: KnownNames, _ every: KnownNames, where needs: String
    ) -> [CheckProblem] {
        var problems: [CheckProblem] = []
        for use in facts.reads where !granted.all.contains(use.name) {
            if every.all.contains(use.name) {
                problems.append(undeclared(use.name, "`\(use.name)`", use.line, needs))
            } else {
                let candidates = granted.globals + facts.locals.filter { !$0.hasPrefix("(") }.sorted()
                let instead = Self.instead(of: use.name, granted)
                let nearest =
                    candidates.contains(use.name)
                    ? "; the local of this name is declared behind this, or in a block of its own"
                    : NearestName.of(use.name, among: candidates).map { "; did you mean '\($0)'?" }
                let guess = instead ?? nearest ?? ""
                problems.append(
                    problem(
                        "script.undeclared", "undeclared global '\(use.name)'\(guess)", at: use.name, line: use.line))
            }
        }
        for use in facts.writes {
            problems.append(
                problem(
                    "script.undeclared", "assignment to the undeclared global '\(use.name)'; is a `local` missing?",
                    at: use.name, line: use.line))
        }
        for use in facts.members { problems += member(use, granted, every, needs) }
        for call in facts.calls where call.name == "require" { problems += library(call) }
        return problems
    }

    /// What to use for something that Lua has elsewhere.
    private static func instead(of name: String, _ granted: KnownNames) -> String? {
        switch name {
        case "print" where granted.all.contains("log.info"): "; use log.info"
        case "os" where granted.all.contains("time.now"): "; use time.now()"
        case "os" where granted.all.contains("env"): "; use env(\"NAME\")"
        default: nil
        }
    }

    private func member(
        _ use: CodeFacts.Use, _ granted: KnownNames, _ every: KnownNames, _ needs: String
    ) -> [CheckProblem] {
        guard let dot = use.name.lastIndex(of: ".") else { return [] }
        let library = String(use.name[..<dot])
        let name = String(use.name[use.name.index(after: dot)...])
        guard granted.libraries.contains(library), !granted.all.contains(use.name) else { return [] }
        if every.all.contains(use.name) { return [undeclared(name, "`\(use.name)`", use.line, needs)] }
        let known = granted.members(of: library)
        let hint =
            NearestName.of(use.name, among: known).map { "did you mean \($0)?" }
            ?? "there are \(known.joined(separator: ", "))"
        let code = library == "config" ? "script.unknownSetting" : "script.unknownFunction"
        return [problem(code, "there is no \(use.name); \(hint)", at: name, line: use.line)]
    }

    private func undeclared(_ name: String, _ what: String, _ line: Int, _ needs: String) -> CheckProblem {
        problem("needs.undeclared", "\(what) is used, and \(needs) does not list it", at: name, line: line)
    }

    private func library(_ call: CodeFacts.Call) -> [CheckProblem] {
        guard case .whole(let name)? = call.argument, !libraries.contains(name), name != SpecLibrary.name else {
            return []
        }
        let guess = NearestName.of(name, among: libraries.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
        return [
            problem(
                "script.unknownLibrary", "there is no lib/\(name).lua\(guess)", at: name, line: call.line)
        ]
    }
}
