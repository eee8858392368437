import LuaHost
import Moongate

/// One file, its words, and what is wrong with it.
struct CheckedFile {
    let source: LuaSource
    let tokens: LuaTokens
    let spots: SpotFinder
    let libraries: Set<String>

    init(_ source: LuaSource, libraries: Set<String>) {
        self.source = source
        self.libraries = libraries
        tokens = LuaTokens(source.text)
        spots = SpotFinder(tokens)
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

    func problem(_ code: String, _ message: String, at spot: LuaTokens.Spot) -> CheckProblem {
        CheckProblem(
            code: code, message: message, file: source.name, line: spot.line, column: spots.column(of: spot))
    }
}
