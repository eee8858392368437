import Logging
import LuaHost
import Moongate
import MoongateTokens

@testable import MoongateLua

/// Runs a piece of Lua with the functions of one owner, and nothing of the engine around it.
struct HostBench {
    let log = LogRecorder()
    let services: HostServices
    let owner: ScriptOwner
    private let pool: LuaPool
    private let text: String

    /// - Parameter body: Statements; what they return is the result.
    init(
        _ body: String, needs: ScriptNeeds = ScriptNeeds(), limits: LuaLimits = HostBench.generous,
        _ change: (inout HostServices) -> Void = { _ in }
    ) throws {
        let log = log
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        var services = HostServices(clock: StoppedClock(), logger: logger)
        change(&services)
        self.services = services
        var patient = ScriptLimits()
        patient.wallMs = 30_000
        owner = ScriptOwner(id: "test", needs: needs, limits: patient)
        text = body
        pool = LuaPool(
            program: try LuaProgram(
                entries: [LuaSource(name: "test.lua", "return function(p) local url = p.url \(body)\nend")],
                functions: HostFunction.forHooks(owner, services), limits: limits))
    }

    static var generous: LuaLimits {
        var limits = LuaLimits()
        limits.wall = .seconds(30)
        limits.cpu = .seconds(5)
        return limits
    }

    /// What the body returns; `nil` for `nil` and for nothing.
    func run(url: String = "") async throws -> JSONValue? {
        let lease = try pool.lease()
        defer { lease.end() }
        var call = LuaCall(entry: 0, arguments: [.json("url", JSONValue.string(url).canonicalBytes())])
        call.allowsNoValue = true
        let result = try await lease.call(call)
        return result.bytes.isEmpty ? nil : try JSONValue(parsing: result.bytes)
    }

    /// The error of the script.
    func failure(url: String = "") async -> LuaFailure? {
        do {
            _ = try await run(url: url)
            return nil
        } catch {
            return error as? LuaFailure
        }
    }
}

/// What an expression gives, and the reason beside it: `{ v = …, why = … }`.
func asked(
    _ expression: String, needs: ScriptNeeds = ScriptNeeds(), url: String = "",
    _ change: (inout HostServices) -> Void = { _ in }
) async throws -> (value: JSONValue?, why: String?) {
    let bench = try HostBench(
        "local v, why = \(expression) return { v = v, why = why }", needs: needs, change)
    let answer = try await bench.run(url: url)
    return (answer?["v"], answer?["why"]?.stringValue)
}

/// The message of the error that an expression raises.
func raised(
    _ expression: String, needs: ScriptNeeds = ScriptNeeds(), _ change: (inout HostServices) -> Void = { _ in }
) async throws -> String? {
    let failure = await (try HostBench("local v = \(expression) return { v = v }", needs: needs, change)).failure()
    return failure?.code == "script.error" ? failure?.message : failure?.code
}
