import ArgumentParser
import Logging
import Moongate
import MoongateLua
import MoongateRuntime

/// `moongate check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads and compiles config.lua and scripts/ without serving them.",
        discussion: "Exit code 1 with one line of JSON on standard error when something is not right.")

    @Argument(help: "The folder of config.lua.")
    var directory = "."

    @Flag(help: "For deployments: a site that only `serve --dev` would serve is not right.")
    var production = false

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .warning, format: .text) }
        let path = "\(directory)/config.lua"
        do {
            let report = try await SiteCheck(configPath: path).run()
            guard !production || report.developmentOnly.isEmpty else {
                for problem in report.developmentOnly { Terminal.print(problem) }
                throw ScriptReport.failure(
                    "config.invalid", report.developmentOnly.joined(separator: "; "), script: path)
            }
            let hooks = report.loaded.hooks.map(\.rawValue).joined(separator: " ")
            let verdict = report.developmentOnly.isEmpty ? "fine" : "fine for `moongate serve --dev` only"
            Terminal.print(
                "\(path): \(verdict) (generation \(report.loaded.id); hooks: \(hooks.isEmpty ? "none" : hooks))")
            for warning in report.loaded.warnings { Terminal.print("warning: \(warning)") }
            for problem in report.developmentOnly { Terminal.print("without --dev: \(problem)") }
        } catch let error as ScriptSetError {
            for failure in error.failures { Terminal.print("\(failure)") }
            throw error.failures.first.map(ScriptReport.failure) ?? ScriptReport.failure("check.failed", "\(error)")
        } catch let error as SiteError {
            for problem in error.problems { Terminal.print(problem) }
            throw ScriptReport.failure("config.invalid", error.problems.joined(separator: "; "), script: path)
        }
    }
}
