import ArgumentParser
import Logging
import LuaHost
import Moongate
import MoongateLua

/// `moongate eval FILE`
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Runs one Lua file in the sandbox, with a hook's budgets, and prints what it returns.",
        discussion: """
            `require` finds what lies in lib/ beside the file. A failing script ends with exit code 1 and one line of JSON \
            on standard error.
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .info, format: .text) }
        let text = file == "-" ? try Terminal.readInput() : try FileInput.read(file)
        do {
            let result = try await ScriptEvaluation.run(
                LuaSource(name: file == "-" ? "stdin" : file, text: text), in: folder, limits: ScriptLimits(),
                logger: Logger(label: "moongate"))
            Terminal.print(String(decoding: result, as: UTF8.self))
        } catch let failure as ScriptFailure {
            throw ScriptReport.failure(failure)
        }
    }

    /// Where the file lies; `nil` for standard input.
    private var folder: String? {
        guard file != "-" else { return nil }
        return file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
    }
}
