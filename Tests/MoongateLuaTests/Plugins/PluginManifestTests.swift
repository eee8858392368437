import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct PluginManifestTests {
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    @Test func manifestArrivesWhole() async throws {
        try bench.add(
            "claims",
            manifest: """
                return { id = "claims", version = "2.1.0", api = 1, summary = "Adds claims", hooks = { "jwt", "signIn" },
                  needs = { http = { "HR.internal", "127.0.0.1:8080", "[::1]:80" }, secrets = { "HR_TOKEN" },
                            env = { "REGION" }, kv = true, users = false, sharedCache = true },
                  limits = { wallMs = 500 },
                  config = { ttl = { type = "seconds", default = 60, description = "how long" } } }
                """)
        let plugin = try #require(try await bench.choose(["claims"]).plugins.first)
        #expect(plugin.manifest.version == "2.1.0")
        #expect(plugin.manifest.summary == "Adds claims")
        #expect(plugin.manifest.hooks == [.jwt, .signIn])
        let needs = plugin.owner.needs
        #expect(
            needs.http == [
                HTTPHostPermission(host: "hr.internal"), HTTPHostPermission(host: "127.0.0.1", port: 8080),
                HTTPHostPermission(host: "::1", port: 80),
            ])
        #expect(needs.secrets == ["HR_TOKEN"] && needs.env == ["REGION"])
        #expect(needs.kv && !needs.users && needs.sharedCache)
        #expect(plugin.owner.limits.wallMs == 500)
        #expect(plugin.owner.id == "claims")
        #expect(plugin.owner.config == ["ttl": 60])
    }

    @Test func everyMistakeIsReportedAtOnceWithTheNearestName() async throws {
        try bench.add(
            "audit",
            manifest: """
                return { id = "adit", version = "", api = 2, sumary = "x", hooks = { "jwd", "signIn" },
                  needs = { htp = {}, http = { "https://hr.internal" }, kv = "yes" }, limits = { steps = 1 },
                  config = { ttl = { type = "secnds" }, mode = { type = "enum" } } }
                """)
        let file = "plugins/audit/plugin.lua: "
        #expect(
            try await bench.failures(["audit"]) == [
                file + "sumary: unknown key; did you mean `summary`? (config.unknownKey)",
                file + "id: must be the name of the folder, \"audit\", is \"adit\" (config.conflict)",
                file + "version: must not be empty (config.value)",
                file + "summary: is missing: one line about the plugin (config.missing)",
                file + "api: is 2; this version of Moongate knows 1 (config.value)",
                file + "hooks[1]: there is no hook of this name; did you mean \"jwt\"? (config.value)",
                file + "needs.htp: unknown key; did you mean `http`? (config.unknownKey)",
                file + "needs.http[1]: must be a host with or without a port, like \"hr.internal\" or "
                    + "\"127.0.0.1:8080\": no scheme, no path, no wildcard (config.value)",
                file + "needs.kv: expected true or false, got a string (config.type)",
                file + "limits.steps: must lie between 1000 and 1000000000, is 1 (config.value)",
                file + "config.mode.values: an enum needs the list of its values (config.missing)",
                file + "config.ttl.type: there is no type of this name; did you mean \"seconds\"? (config.value)",
            ])
    }

    @Test(arguments: ["http://a", "a/b", "a:0", "a:65536", "*.example.com", "a b", "", "user@host", "[::1", "::1"])
    func hostThatIsNoneIsRefused(text: String) { #expect(HTTPHostPermission(text) == nil) }

    @Test(arguments: [("a", nil), ("A.example", nil), ("a:443", 443), ("a:80", 80), ("[::1]", nil), ("[::1]:8", 8)])
    func hostWithAndWithoutPort(text: String, port: UInt16?) throws {
        #expect(try #require(HTTPHostPermission(text)).port == port)
    }

    @Test func manifestCanCallNothing() async throws {
        try bench.add("audit", manifest: "log.info('hello')\nreturn {}")
        let failure = try #require(try await bench.failures(["audit"]).first)
        #expect(failure.hasPrefix("plugins/audit/plugin.lua:1: "))
        #expect(failure.contains("log"))
    }

    @Test func manifestThatIsNoTableIsRefused() async throws {
        try bench.add("audit", manifest: "return 7")
        #expect(
            try await bench.failures(["audit"]) == [
                "plugins/audit/plugin.lua: must return one table: `return { id = …, … }` (config.type)"
            ])
    }

    @Test func syntaxErrorNamesItsLine() async throws {
        try bench.add("audit", manifest: "return {\n  id = = 1 }")
        #expect(try await bench.failures(["audit"]).first?.hasPrefix("plugins/audit/plugin.lua:2: ") == true)
    }

    @Test func missingFilesAreNamed() async throws {
        try bench.folder.write("plugins/audit/README.md", "An audit trail")
        #expect(
            try await bench.failures(["audit"])
                == ["plugin.lua", "init.lua"].map {
                    "plugins/audit/\($0): is not there; a plugin has plugin.lua and init.lua (file.missing)"
                })
    }

    @Test func missingFolderNamesTheNearest() async throws {
        try bench.add("audit")
        #expect(
            try await bench.failures(["audti", "audit"]) == [
                "config.lua: plugins[1]: there is no folder plugins/audti; did you mean \"audit\"? (plugin.missing)"
            ])
    }

    @Test func folderThatNobodyNamesMayBeBroken() async throws {
        try bench.add("audit")
        try bench.add("broken", manifest: "not Lua")
        #expect(try await bench.choose(["audit"]).failures.isEmpty)
    }

    @Test func limitsAreLoweredAndNeverRaised() async throws {
        try bench.add("audit", manifest: PluginBench.manifest("audit", "limits = { steps = 1000000000, cpuMs = 5 }"))
        let limits: JSONValue = ["script": ["steps": 5000, "cpuMs": 50]]
        let owner = try #require(try await bench.choose(["audit"], limits: limits).plugins.first?.owner)
        #expect(owner.limits.steps == 5000)
        #expect(owner.limits.cpuMs == 5)
        #expect(owner.limits.wallMs == ScriptLimits().wallMs)
    }

    @Test func engineSecretIsNotGiven() async throws {
        try bench.add(
            "audit", manifest: PluginBench.manifest("audit", "needs = { secrets = { 'AUTH_SECRET', 'OWN' } }"))
        #expect(
            try await bench.failures(["audit"]) == [
                "plugins/audit/plugin.lua: needs.secrets[1]: AUTH_SECRET is read by the configuration itself and never "
                    + "given to scripts (config.conflict)"
            ])
    }
}
