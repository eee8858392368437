import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct PluginSettingTests {
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    private func add(_ config: String, needs: String = "") throws {
        try bench.add("p", manifest: PluginBench.manifest("p", "needs = { \(needs) }, config = { \(config) }"))
    }

    private func config(_ settings: JSONValue, environment: [String: String] = [:]) async throws -> JSONValue? {
        var entry = settings.objectValue ?? [:]
        entry["id"] = "p"
        return try await bench.choose([.object(entry)], environment: environment).plugins.first?.owner.config
    }

    private func failures(_ settings: JSONValue, environment: [String: String] = [:]) async throws -> [String] {
        var entry = settings.objectValue ?? [:]
        entry["id"] = "p"
        return try await bench.failures([.object(entry)], environment: environment)
    }

    static let shapes: [(String, good: JSONValue, bad: JSONValue)] = [
        ("type = 'string', min = 2, max = 3", "abc", "a"), ("type = 'string'", "", 1),
        ("type = 'url'", "https://a.example/x?y", "ftp://a"), ("type = 'url'", "http://127.0.0.1:8080", "a.example"),
        ("type = 'boolean'", false, "false"), ("type = 'integer', min = 1, max = 5", 5, 6),
        ("type = 'integer'", -3, 1.5), ("type = 'number'", 1.5, "1"), ("type = 'seconds'", 0, -1),
        ("type = 'enum', values = { 'a', 'b' }", "b", "c"), ("type = 'list'", ["x"], [1]),
        ("type = 'list', items = 'integer', max = 2", [1, 2], [1, 2, 3]), ("type = 'list'", [:], "x"),
        ("type = 'map', items = 'integer'", ["a": 1], ["a": "1"]), ("type = 'map'", [], ["x"]),
        (
            "type = 'map', items = { type = 'list', items = 'string' }", ["admin": ["a@b"]],
            ["admin": [["@secret": "X"]]]
        ),
    ]

    @Test(arguments: shapes) func valueThatFitsArrives(_ shape: (String, good: JSONValue, bad: JSONValue)) async throws
    {
        try add("x = { \(shape.0) }")
        let isEmpty = shape.good == [:] || shape.good == []
        let config = try #require(try await config(["x": shape.good]))
        #expect(config["x"] == shape.good || isEmpty)
    }

    @Test(arguments: shapes) func valueThatDoesNotFitIsRefusedWithItsPath(
        _ shape: (String, good: JSONValue, bad: JSONValue)
    ) async throws {
        try add("x = { \(shape.0) }")
        let failures = try await failures(["x": shape.bad])
        #expect(failures.count == 1)
        #expect(failures.first?.hasPrefix("config.lua: plugins[1].x") == true)
    }

    @Test func defaultsAreFilledInAndAbsentStaysAbsent() async throws {
        try add(
            "a = { type = 'integer', default = 7 }, b = { type = 'string' }, c = { type = 'boolean', default = false }")
        #expect(try await config([:]) == ["a": 7, "c": false])
    }

    @Test func requiredSettingIsAskedForWithItsDescription() async throws {
        try add("url = { type = 'url', required = true, description = 'where to ask' }")
        #expect(
            try await failures([:]) == ["config.lua: plugins[1].url: must be set: where to ask (config.missing)"])
    }

    @Test func severalMistakesAreReportedAtOnce() async throws {
        try add("ttl = { type = 'seconds' }, mode = { type = 'enum', values = { 'strict', 'loose' } }")
        #expect(
            try await failures(["tll": 1, "ttl": "x", "mode": "strct"]) == [
                "config.lua: plugins[1].tll: unknown key; did you mean `ttl`? (config.unknownKey)",
                "config.lua: plugins[1].mode: must be one of \"strict\", \"loose\"; did you mean \"strict\"? (config.value)",
                "config.lua: plugins[1].ttl: expected a whole number of seconds, got a string (config.type)",
            ])
    }

    @Test func pluginWithoutSettingsTakesNone() async throws {
        try add("")
        #expect(try await failures(["x": 1]) == ["config.lua: plugins[1].x: p has no settings (config.unknownKey)"])
    }

    @Test func defaultMustFitItsType() async throws {
        try add("a = { type = 'integer', default = 'x' }, b = { type = 'seconds', default = 1, required = true }")
        #expect(
            try await failures([:]) == [
                "plugins/p/plugin.lua: config.a.default: expected a whole number, got a string (config.type)",
                "plugins/p/plugin.lua: config.b.default: a required setting needs no default (config.conflict)",
            ])
    }

    @Test(arguments: [
        ("type = 'integer', min = 2, max = 1", "config.x.max: is below min"),
        ("type = 'string', values = { 'a' }", "config.x.values: only an enum has values"),
        ("type = 'string', items = 'string'", "config.x.items: only a list or a map has items"),
        ("type = 'boolean', min = 1", "config.x: a setting of type boolean has no min or max"),
        ("type = 'secret', default = 'x'", "config.x.default: a secret has no default"),
        ("type = 'list', items = 'enum'", "config.x.items: write a table, as in { type = \"enum\", … }"),
        ("default = 1", "config.x.type: say which: string, url"),
        ("type = 'list', items = { type = 'strng' }", "config.x.items.type: there is no type of this name"),
    ])
    func declarationThatMakesNoSenseIsRefused(_ declaration: String, _ said: String) async throws {
        try add("x = { \(declaration) }")
        #expect(try await failures([:]).contains { $0.hasPrefix("plugins/p/plugin.lua: \(said)") })
    }

    @Test func secretArrivesAsItsNameAndIsPermitted() async throws {
        try add("token = { type = 'secret', required = true }")
        let choice = try await bench.choose(
            [["id": "p", "token": ["@secret": "HR_TOKEN"]]], environment: ["HR_TOKEN": "hush"])
        let owner = try #require(choice.plugins.first?.owner)
        #expect(owner.config == ["token": ["@secret": "HR_TOKEN"]])
        #expect(owner.needs.secrets == ["HR_TOKEN"])
    }

    @Test func secretAsPlainTextIsRefused() async throws {
        try add("token = { type = 'secret' }")
        #expect(
            try await failures(["token": "hush"]) == [
                "config.lua: plugins[1].token: expected `secret \"NAME\"`, got a string (config.type)"
            ])
    }

    @Test func secretThatIsNotThereIsAskedFor() async throws {
        try add("token = { type = 'secret' }")
        let failures = try await failures(["token": ["@secret": "HR_TOKEN"]])
        #expect(failures.first?.contains("HR_TOKEN is not set") == true)
    }

    @Test func secretOfTheEngineIsNeverHandedOver() async throws {
        try add("token = { type = 'secret' }")
        let failures = try await failures(["token": ["@secret": "AUTH_SECRET"]])
        #expect(failures.first?.contains("never given to scripts") == true)
    }

    @Test func hostOfASettingBecomesAPermission() async throws {
        try add(
            "endpoint = { type = 'url' }, more = { type = 'list', items = 'url' }",
            needs: "http = { 'a.example', '$endpoint', '$more' }")
        let entry: JSONValue = [
            "id": "p", "endpoint": "http://127.0.0.1:8080/x", "more": ["https://b.example", "https://a.example/"],
        ]
        let owner = try #require(try await bench.choose([entry]).plugins.first?.owner)
        #expect(
            owner.needs.http == [
                HTTPHostPermission(host: "a.example"), HTTPHostPermission(host: "127.0.0.1", port: 8080),
                HTTPHostPermission(host: "b.example", port: 443), HTTPHostPermission(host: "a.example", port: 443),
            ])
    }

    @Test func hostOfASettingThatIsNoUrlIsRefused() async throws {
        try add("endpoint = { type = 'url' }, name = { type = 'string' }", needs: "http = { '$name', '$endpont' }")
        #expect(
            try await failures([:]) == [
                "plugins/p/plugin.lua: needs.http[1]: there is no setting of type url by this name; declare it in config "
                    + "(config.value)",
                "plugins/p/plugin.lua: needs.http[2]: there is no setting of type url by this name; did you mean "
                    + "\"$endpoint\"? (config.value)",
            ])
    }
}
