import ArgumentParser
import Logging
import Moongate
import MoongateLua
import MoongateRuntime

/// `moongate check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads, compiles and looks through config.lua, scripts/ and plugins/ without serving them.",
        discussion: """
            One problem a line, as file:line:column. Exit code 1 with one line of JSON on standard error when something is \
            not right.
            """)

    @Argument(help: "The folder of config.lua, or the file itself.")
    var directory = "."

    @Option(help: "The configuration, as the other commands take it; counts instead of the folder.")
    var config: String?

    @Flag(help: "For deployments: a site that only `serve --dev` would serve is not right.")
    var production = false

    @Flag(help: "Prints one JSON object instead of lines for people.")
    var json = false

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .warning, format: .text) }
        let path = self.path
        let report = await SiteInspection(configPath: path).run()
        let problems = report.problems.opened(beside: path)
        if json {
            Terminal.print(String(decoding: report.json(problems).canonicalBytes(), as: UTF8.self))
        } else {
            for problem in problems { Terminal.print("\(problem)".printable) }
        }
        if let error = problems.first(where: { $0.severity == .error }) {
            throw ScriptReport.told(
                ScriptReport.failure(
                    error.code, error.message, script: error.file, line: error.line, column: error.column))
        }
        guard let site = report.site else { throw ScriptReport.failure("check.failed", "the site does not load") }
        guard !production || site.developmentOnly.isEmpty else {
            if !json { for problem in site.developmentOnly { Terminal.print(problem) } }
            throw ScriptReport.failure("config.invalid", site.developmentOnly.joined(separator: "; "), script: path)
        }
        if !json { verdict(site, path, specs: report.specCount) }
    }

    /// As it is printed: `config.lua` where one stands in its folder.
    private var path: String {
        if let config { return ConfigPath.of(config) }
        if directory.hasSuffix(".lua") { return directory }
        if directory == "." { return "config.lua" }
        return directory.hasSuffix("/") ? "\(directory)config.lua" : "\(directory)/config.lua"
    }

    private func verdict(_ site: SiteCheck.Report, _ path: String, specs: Int) {
        let hooks = site.loaded.hooks.map(\.rawValue).joined(separator: " ")
        let verdict = site.developmentOnly.isEmpty ? "fine" : "fine for `moongate serve --dev` only"
        Terminal.print("\(path): \(verdict) (generation \(site.loaded.id); hooks: \(hooks.isEmpty ? "none" : hooks))")
        for plugin in site.loaded.plugins { Terminal.print(plugin.line) }
        for problem in site.developmentOnly { Terminal.print("without --dev: \(problem)") }
        if specs > 0, site.loaded.configuration.runsSpecs {
            Terminal.print("not run here: \(specs) spec files, which a reload runs; moongate test runs them now")
        }
    }
}

extension SiteInspection.Report {
    /// `{right, problems, generation, developmentOnly}`.
    fileprivate func json(_ problems: [CheckProblem]) -> JSONValue {
        var members: [String: JSONValue] = ["right": .bool(isRight), "problems": .array(problems.map(\.json))]
        members["generation"] = site.map { .string($0.loaded.id) }
        members["developmentOnly"] = site.map { .array($0.developmentOnly.map(JSONValue.string)) }
        return .object(members)
    }
}

extension CheckProblem {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
            "file": .string(file),
        ]
        members["line"] = line.map { .integer(Int64($0)) }
        members["column"] = column.map { .integer(Int64($0)) }
        return .object(members)
    }
}
