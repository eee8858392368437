import Moongate
import MoongateTokens
import Testing

@Suite struct PluginEntryTests {
    @Test func entriesKeepTheirOrderAndSettings() throws {
        let plugins = try Given.parse(["plugins": ["roles", ["id": "audit", "retentionDays": 30]]]).configuration
            .plugins
        #expect(
            plugins == [
                PluginEntry(id: "roles", path: "plugins[1]"),
                PluginEntry(id: "audit", settings: ["retentionDays": 30], path: "plugins[2]"),
            ])
    }

    @Test func everyWrongEntryIsReported() {
        let problems = Given.problems([
            "plugins": ["roles", ["id": "roles"], ["retentionDays": 1], "Upper", "scripts", ["id": 7], 5]
        ])
        #expect(
            problems.map(\.path) == [
                "plugins[2]", "plugins[3].id", "plugins[4]", "plugins[5]", "plugins[6].id", "plugins[7]",
            ])
        #expect(problems.first?.description == "plugins[2]: \"roles\" stands there twice, first as plugins[1]")
    }

    @Test func permissionsOfTheSiteArrive() throws {
        let needs: JSONValue = [
            "http": ["api.example.com", "127.0.0.1:8080"], "secrets": ["KEY"], "env": ["REGION"], "kv": true,
            "users": true,
            "sharedCache": true,
        ]
        let read = try Given.parse(["scripts": ["needs": needs, "noScripts": "allow"]]).configuration
        #expect(
            read.scriptNeeds.http == [
                HTTPHostPermission(host: "api.example.com"), HTTPHostPermission(host: "127.0.0.1", port: 8080),
            ])
        #expect(read.scriptNeeds.secrets == ["KEY"] && read.scriptNeeds.env == ["REGION"])
        #expect(read.scriptNeeds.kv && read.scriptNeeds.users && read.scriptNeeds.sharedCache)
        #expect(read.allowsSignInWithoutScripts)
    }

    @Test func nothingIsPermittedByDefault() throws {
        #expect(try Given.parse().configuration.scriptNeeds == ScriptNeeds())
    }

    @Test func wrongPermissionsAreReportedAtOnce() {
        let problems = Given.problems([
            "scripts": ["needs": ["https": [], "http": ["$url", "http://x"], "secrets": ["A B"], "kv": 1]]
        ])
        #expect(
            problems.map(\.path) == [
                "scripts.needs.https", "scripts.needs.http[2]", "scripts.needs.secrets[1]", "scripts.needs.kv",
                "scripts.needs.http[1]",
            ])
        #expect(problems.first?.sentence == "unknown key; did you mean `http`?")
    }

    @Test func namesThatTheEngineReadsAreKnown() throws {
        let provider: JSONValue = [
            "id": "corp-1", "type": "oidc", "issuer": "https://id.example.com", "clientSecret": ["@secret": "CORP"],
        ]
        let environment = Given.environment.merging(["CORP": "c", "AUTH_CORP_1_ID": "id"]) { $1 }
        let names = try Given.parse(["providers": [provider]], environment: environment).engineNames
        #expect(names.isSuperset(of: ["AUTH_SECRET", "AUTH_SECRET_1", "CORP", "AUTH_CORP_1_ID", "AUTH_CORP_1_SECRET"]))
        #expect(!names.contains("HR_TOKEN"))
    }
}
