import HTTPTypes
import Logging
import MeasuredSite
@_spi(Measuring) import Moongate
import MoongateRuntime
import MoongateTokens

/// What decisions cost, without a server: `RuleBenchmarks FOLDER [NAME [TIMES]]`.
@main
struct RuleBenchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (2...4).contains(arguments.count) else {
            print("usage: RuleBenchmarks FOLDER [NAME [TIMES]]")
            return
        }
        let report = Report(arguments.dropFirst(2))
        report.header()
        let ten = try await core(10, target: 1000, report)
        let many = try await core(10_000, target: 1000, report)
        if let ten, let many {
            let ratio = (many / ten * 100).rounded() / 100
            print("  10,000 routes to 10: x \(ratio)  at most 2: \(ratio <= 2 ? "met" : "MISSED")")
        }
        try await functions(arguments[1], report)
    }

    /// Canonical request, route, roles: on paths of every shape, half of them of the user's own.
    private static func core(_ count: Int, target: Double, _ report: Report) async throws -> Double? {
        let rules = try RuleSet(measuring: file(of: count))
        let claims = Claims([
            "sub": "5f0c7d0a-9a55-4d0f-8f5f-2c9f4c1c7b11", "email": "ada@example.com", "roles": ["editor", "support"],
        ]).canonicalBytes
        let targets = (0..<64).map {
            "/area\($0 * 7919 % (count / 5))/\(["list", "things/7", "things/7/edit", "open", "rest/of/it"][$0 % 5])"
        }
        let now = SystemClock().now()
        guard
            targets.allSatisfy({
                rules.judge(method: "GET", host: "app.example.com", target: $0, claims: claims, now: now) == true
            })
        else { throw Unexpected(what: "a route does not let through") }
        var index = 0
        return await report.measure("decision by data, \(count) routes", target: target) {
            index = (index + 1) & 63
            _ = rules.judge(method: "GET", host: "app.example.com", target: targets[index], claims: claims, now: now)
        }
    }

    /// Five routes an area.
    private static func file(of count: Int) -> JSONValue {
        let routes = (0..<(count / 5)).flatMap { area -> [JSONValue] in
            let base = "/area\(area)"
            return [
                ["path": .string(base + "/list"), "login": true],
                ["path": .string(base + "/things/:id"), "roles": ["any": ["editor"]]],
                ["path": .string(base + "/things/:id/edit"), "roles": ["all": ["editor", "support"]]],
                ["path": .string(base + "/open"), "public": true],
                ["path": .string(base + "/rest/**"), "login": true, "methods": ["GET", "POST"]],
            ]
        }
        return ["inject": ["X-User-Id": "id"], "routes": .array(routes)]
    }

    /// One `when` in a file of ten routes, and the same file's routes without.
    private static func functions(_ folder: String, _ report: Report) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let loaded = try await ScriptGenerationLoader(configPath: folder + "/config.lua", logger: logger).load()
        let generation = try Generation(
            id: loaded.id, configuration: loaded.configuration, scripts: loaded.runner, rules: loaded.rules)
        let engine = Engine(generation, ports: Ports(store: nil, http: NoNetwork()), logger: logger)
        let ada = Claims(["sub": "7", "department": "engineering", "roles": ["admin", "editor"]])
        for (name, target, limit) in [
            ("Engine.decide: one `when`, ten routes", "/department/plans", 8000.0),
            ("Engine.decide: by data", "/orders/7", nil),
        ] as [(String, String, Double?)] {
            let request = AuthRequest(target: target, authority: "app.example.com", headers: [.accept: "*/*"])
            guard await engine.decide(request, as: ada).isAllowed else { throw Unexpected(what: target) }
            await report.measure(name, target: limit) { _ = await engine.decide(request, as: ada) }
        }
    }

    struct Unexpected: Error { let what: String }
}

/// Nothing is fetched here.
private struct NoNetwork: HTTPFetcher {
    func fetch(_ request: FetchRequest) async throws -> FetchResponse { throw FetchError(.unreachable, "no network") }
}
