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

    @Argument(help: "signIn, redirect, jwt, session, authorize, or an event: events.signIn.")
    var hook: String

    @Option(help: "The configuration; scripts/ and plugins/ lie beside it.")
    var config = "config.lua"

    @Option(help: "A plugin's hook instead of the site's own, by the plugin's id.")
    var plugin: String?

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .info, format: .text) }
        let target = try CallTarget(hook)
        let input = try Terminal.readInput()
        _ = try call(target, input, seesTokens: true)  // what is wrong with it is said before the site is loaded
        do {
            let report = try await SiteCheck(configPath: ConfigPath.of(config)).run()
            let (runner, reference) = try script(target, report.loaded)
            let call = try call(target, input, seesTokens: reference.seesTokens)
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
    private func script(_ target: CallTarget, _ loaded: LoadedGeneration) throws -> (LuaHookRunner, HookReference) {
        let owner = plugin ?? ScriptOwner.site
        if let runner = loaded.runner, let reference = target.reference(of: owner, in: runner) {
            return (runner, reference)
        }
        let ids = loaded.plugins.filter { $0.manifest.hooks.contains(target.hook) }.map(\.id)
        let others = ids.isEmpty ? "" : "; plugins with this hook: \(ids.joined(separator: ", ")) (--plugin ID)"
        let place = plugin.map { "in the plugin \($0)" } ?? "in scripts/\(target.hook.rawValue).lua"
        throw CommandFailure(.couldNotRun, "moongate: there is no \(target.name) \(place)\(others)")
    }

    /// The hook's argument, whose members are those of a JSON object.
    private func call(_ target: CallTarget, _ input: [UInt8], seesTokens: Bool) throws -> HookCall {
        guard let members = (try? JSONValue(parsing: input))?.objectValue else {
            throw CommandFailure(.usage, "moongate: standard input is not a JSON object")
        }
        do {
            return try target.call(members, seesTokens: seesTokens)
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
        case .returned(.null), .returned(.nothing), .returned(.verdict), .pending: return "null"
        }
    }
}
