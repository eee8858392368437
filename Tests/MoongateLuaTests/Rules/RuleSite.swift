import HTTPTypes
import Logging
import LuaHost
import MoongateTokens

@testable import Moongate
@testable import MoongateLua

/// An engine with rules in Lua, driven in process.
struct RuleSite {
    let engine: Engine
    let runner: LuaHookRunner
    let configuration: Configuration
    let clock = StoppedClock()

    init(
        _ rules: String, files: [String: String] = [:], limits: ScriptLimits = RuleSite.limits,
        scriptsAreOff: Bool = false, store: (any AuthStore)? = nil, shares: PoolShares = PoolShares(),
        _ configure: (inout Configuration) -> Void = { _ in }
    ) async throws {
        runner = try await Self.load(files.merging(["rules.lua": rules]) { $1 }, limits: limits, shares: shares)
        guard let origin = Origin("https://app.example.com") else { throw StoreError(.configuration, "no origin") }
        var configuration = Configuration(
            origin: origin, secrets: [Secret("a secret of a test, long enough")],
            providers: [
                Provider(
                    id: "form", name: "Form",
                    kind: .credentials(CredentialsConfiguration(fields: [.init(name: "username", label: "Name")])))
            ])
        configure(&configuration)
        self.configuration = configuration
        let generation = try Generation(
            id: "g", configuration: configuration, scripts: scriptsAreOff ? nil : runner, rules: runner.rules,
            scriptsAreOff: scriptsAreOff)
        engine = Engine(generation, ports: Ports(store: store, http: SpecFetcher(addresses: nil), clock: clock))
    }

    /// As small as usual in what is counted, but a busy machine is no reason to fail.
    static var limits: ScriptLimits {
        var limits = ScriptLimits()
        limits.cpuMs = 20_000
        limits.wallMs = 60_000
        return limits
    }

    /// Reads, compiles and runs the files of a `scripts/`.
    static func load(
        _ files: [String: String], limits: ScriptLimits = RuleSite.limits, shares: PoolShares = PoolShares()
    ) async throws -> LuaHookRunner {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(name, text) }
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path), limits: limits)
        var services = HostServices(clock: StoppedClock(), logger: Logger(label: "test") { _ in LogRecorder() })
        services.shares = shares
        return try await LuaHookRunner.load([owner], services: services)
    }

    /// What is wrong with files; empty when they load.
    static func failures(_ files: [String: String]) async -> [ScriptFailure] {
        do {
            _ = try await load(files)
            return []
        } catch { return (error as? ScriptSetError)?.failures ?? [ScriptFailure(code: "test", message: "\(error)")] }
    }

    /// What is wrong with one file.
    static func failures(_ text: String) async -> [ScriptFailure] { await failures(["rules.lua": text]) }

    func request(
        _ method: String, _ target: String, as claims: [String: JSONValue]? = nil, host: String = "app.example.com"
    ) throws -> AuthRequest {
        var headers = HTTPFields()
        if var claims {
            let now = clock.now().seconds
            claims["iat"] = .integer(now)
            claims["exp"] = .integer(now + 1000)
            let sealed = try engine.generation.keys.session.seal(JSONValue.object(claims).canonicalBytes())
            headers[.cookie] = "\(engine.generation.cookies.session)=\(String(decoding: sealed, as: UTF8.self))"
        }
        return AuthRequest(
            method: HTTPRequest.Method(rawValue: method) ?? .get, target: target, authority: host, headers: headers)
    }

    func decide(
        _ method: String, _ target: String, as claims: [String: JSONValue]? = nil, host: String = "app.example.com"
    ) async throws -> Decision {
        await engine.decide(try request(method, target, as: claims, host: host))
    }
}
