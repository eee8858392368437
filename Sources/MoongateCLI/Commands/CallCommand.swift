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

    @Option(help: "The configuration; scripts/ and plugins/ lie beside it.")
    var config = "config.lua"

    @Option(help: "A plugin's hook instead of the site's own, by the plugin's id.")
    var plugin: String?

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .info, format: .text) }
        guard let name = HookName(rawValue: hook), HookInput.fields[name] != nil else {
            let known = HookInput.names.joined(separator: ", ")
            throw CommandFailure(.usage, "moongate: there is no hook \(hook); there are \(known)")
        }
        let call = try call(name, try Terminal.readInput())
        do {
            let report = try await SiteCheck(configPath: config).run()
            let (runner, reference) = try script(name, report.loaded)
            Terminal.print(try await result(of: reference, call, runner))
        } catch let error as ScriptSetError {
            throw error.failures.first.map(ScriptReport.failure) ?? ScriptReport.failure("script.error", "\(error)")
        } catch let failure as ScriptFailure {
            throw ScriptReport.failure(failure)
        } catch let error as SiteError {
            throw CommandFailure(.couldNotRun, SiteReport.text(error))
        }
    }

    /// The one script of a hook that is meant: each owner has at most one.
    private func script(_ hook: HookName, _ loaded: LoadedGeneration) throws -> (LuaHookRunner, HookReference) {
        let owner = plugin ?? ScriptOwner.site
        if let runner = loaded.runner, let reference = runner.reference(hook, of: owner) { return (runner, reference) }
        let ids = loaded.plugins.filter { $0.manifest.hooks.contains(hook) }.map(\.id)
        let others = ids.isEmpty ? "" : "; plugins with this hook: \(ids.joined(separator: ", ")) (--plugin ID)"
        let place = plugin.map { "in the plugin \($0)" } ?? "in scripts/\(hook.rawValue).lua"
        throw CommandFailure(.couldNotRun, "moongate: there is no \(hook.rawValue) \(place)\(others)")
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
