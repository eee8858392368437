import ArgumentParser
import Logging
import Moongate
import MoongateLua
import MoongateRuntime

/// `moongate test`
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the specs of scripts/spec/ and plugins/*/spec/ in the sandbox.",
        discussion: """
            Specs are files that end in _spec.lua; docs/scripting.md says how they are written. Time stands still, nothing \
            is sent, and each test begins with nothing. Exit code 1 when one fails, with one line of JSON on standard error.
            """)

    @Argument(help: "Only these files and folders, as in scripts/spec/jwt_spec.lua or plugins/audit.")
    var paths: [String] = []

    @Option(help: "The configuration; scripts/ and plugins/ lie beside it. (default: config.lua)")
    var config: String?

    @Option(help: "Only tests whose name contains this text, as it is printed, in any letter case.")
    var filter: String?

    @Option(help: "Also writes the report to this file, as JUnit's XML.")
    var junit: String?

    @Flag(help: "Prints one JSON object instead of lines for people.")
    var json = false

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .warning, format: .text) }
        let report = try await report()
        if let junit { try FileInput.replace(junit, Array(report.junit.utf8)) }
        let counts = report.counts
        if let filter, report.tests.isEmpty {
            throw CommandFailure(.notRight, "moongate: no test has \"\(filter)\" in its name")
        }
        if json {
            Terminal.print(String(decoding: report.json.canonicalBytes(), as: UTF8.self))
        } else {
            var summary = "\(counts.passed) passed, \(counts.failed) failed"
            if counts.pending > 0 { summary += ", \(counts.pending) pending" }
            Terminal.print("\(summary) in \(report.duration.secondsText) s")
        }
        if let failure = report.failures.first { throw ScriptReport.told(ScriptReport.failure(failure)) }
    }

    private func report() async throws -> SpecReport {
        let specs = SiteSpecs(
            configPath: ConfigPath.of(config ?? "config.lua"), needsConfiguration: config != nil)
        do {
            let chosen = try await specs.suites(paths)
            let isQuiet = json
            let progress: @Sendable (SpecReport.Test) -> Void = { test in
                if !isQuiet { test.printLines() }
            }
            let rules = try await specs.runRules(paths, filter: filter, progress: progress)
            if chosen.suites.isEmpty, chosen.failures.isEmpty, rules == nil, !isQuiet {
                Terminal.print("There are no specs: write scripts/spec/NAME_spec.lua")
            }
            var report = try await specs.run(chosen, filter: filter, progress: progress)
            if let rules { report.add(rules) }
            return report
        } catch let error as ScriptSetError {
            for failure in error.failures { Terminal.print("\(failure)".printable) }
            throw error.failures.first.map(ScriptReport.failure) ?? ScriptReport.failure("script.error", "\(error)")
        } catch let error as SiteError {
            throw CommandFailure(.couldNotRun, SiteReport.text(error))
        }
    }
}

extension SpecReport.Test {
    /// One line, and below it what is wrong.
    fileprivate func printLines() {
        let title = "\(file) › \(name)".printable
        switch outcome {
        case .passed: Terminal.print("ok       \(title)")
        case .pending: Terminal.print("pending  \(title)")
        case .failed(let failure):
            let place = failure.script.map { file in failure.line.map { "\(file):\($0)" } ?? file } ?? file
            let message = failure.message.printableLines.joined(separator: "\n         ")
            let code = failure.code == "spec.failed" ? "" : " (\(failure.code))"
            Terminal.print("FAILED   \(title)\n         \(place.printable): \(message)\(code)")
        }
    }

    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "file": .string(file), "name": .string(name),
            "milliseconds": .number(
                Double(duration.components.attoseconds / 1_000_000_000_000) / 1000
                    + Double(duration.components.seconds) * 1000),
        ]
        members["line"] = line.map { .integer(Int64($0)) }
        switch outcome {
        case .passed: members["outcome"] = "passed"
        case .pending: members["outcome"] = "pending"
        case .failed(let failure):
            members["outcome"] = "failed"
            var error: [String: JSONValue] = ["code": .string(failure.code), "message": .string(failure.message)]
            error["script"] = failure.script.map(JSONValue.string)
            error["line"] = failure.line.map { .integer(Int64($0)) }
            members["error"] = .object(error)
        }
        return .object(members)
    }
}

extension SpecReport {
    /// `{passed, failed, pending, tests}`.
    fileprivate var json: JSONValue {
        [
            "passed": .integer(Int64(counts.passed)), "failed": .integer(Int64(counts.failed)),
            "pending": .integer(Int64(counts.pending)), "tests": .array(tests.map(\.json)),
        ]
    }
}
