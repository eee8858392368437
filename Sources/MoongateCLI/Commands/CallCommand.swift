import ArgumentParser
import Logging
import Moongate
import MoongateLua
import MoongateRuntime

/// `moongate call HOOK`
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Runs one hook over the JSON object on standard input and prints what it returns.",
        discussion: """
            The object's members are the hook's argument, as in {"token":{"sub":"42"}} for jwt. A failing script ends \
            with exit code 1 and one line of JSON on standard error.
            """)

    @Argument(help: "signIn, redirect, jwt, session or authorize.")
    var hook: String

    @Option(help: "The configuration; scripts/ lies beside it.")
    var config = "config.lua"

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .info, format: .text) }
        guard let name = HookName(rawValue: hook), HookInput.fields[name] != nil else {
            let known = HookInput.names.joined(separator: ", ")
            throw CommandFailure(.usage, "moongate: there is no hook \(hook); there are \(known)")
        }
        let call = try call(name, try Terminal.readInput())
        do {
            let report = try await SiteCheck(configPath: config).run()
            guard let runner = report.loaded.runner, let reference = runner.chain(name).first else {
                throw CommandFailure(.couldNotRun, "moongate: there is no script for \(hook): scripts/\(hook).lua")
            }
            Terminal.print(try await result(of: reference, call, runner))
        } catch let error as ScriptSetError {
            throw error.failures.first.map(ScriptReport.failure) ?? ScriptReport.failure("script.error", "\(error)")
        } catch let failure as ScriptFailure {
            throw ScriptReport.failure(failure)
        } catch let error as SiteError {
            throw CommandFailure(.couldNotRun, SiteReport.text(error))
        }
    }

    /// The hook's argument, whose members are those of a JSON object.
    private func call(_ hook: HookName, _ input: [UInt8]) throws -> HookCall {
        guard let members = (try? JSONValue(parsing: input))?.objectValue else {
            throw CommandFailure(.usage, "moongate: standard input is not a JSON object")
        }
        do {
            return try HookInput.call(hook, members)
        } catch let failure as ScriptFailure {
            throw CommandFailure(.usage, "moongate: \(failure.message)")
        }
    }

    private func result(
        of hook: HookReference, _ call: HookCall, _ runner: LuaHookRunner
    ) async throws -> String {
        let lease = try runner.lease()
        defer { lease.end() }
        var step = lease.start(hook, call)
        while case .pending = step { step = await lease.proceed() }
        switch step {
        case .failed(let failure): throw failure
        case .returned(.value(let bytes, _)): return String(decoding: bytes, as: UTF8.self)
        case .returned(.denied(let code, let message)):
            var denied: [String: JSONValue] = ["code": .string(code)]
            denied["message"] = message.map(JSONValue.string)
            return String(decoding: JSONValue.object(["deny": .object(denied)]).canonicalBytes(), as: UTF8.self)
        case .returned(.null), .returned(.nothing), .pending: return "null"
        }
    }
}
