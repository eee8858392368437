import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct ConfigFileTests {
    private static let secret = String(repeating: "s", count: 32)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(
        _ text: String, environment: [String: String] = ["AUTH_SECRET": secret], development: DevelopmentMode? = nil
    ) async throws -> ParsedConfiguration {
        try await ConfigFile.read(try folder.write("config.lua", text))
            .load(environment: environment, development: development)
    }

    private func failure(_ text: String) async throws -> ScriptFailure? {
        do {
            _ = try await load(text)
            Issue.record("accepted")
        } catch let error as ScriptSetError {
            return error.failures.first
        }
        return nil
    }

    @Test func wholeFileBecomesAConfiguration() async throws {
        let parsed = try await load(
            """
            return {
              url = env("AUTH_URL", "http://localhost:3000"),
              secret = { secret "AUTH_SECRET", secret "OLD" },
              providers = {
                provider "dev" {},
                { id = "corp", type = "oidc", issuer = "https://id.example.com", clientId = env "CORP_ID",
                  clientSecret = secret "CORP" },
                provider "credentials" { credentials = { username = { label = "Name" } } },
              },
              plugins = {}, redirects = {}, theme = {},
            }
            """,
            environment: ["AUTH_SECRET": Self.secret, "OLD": Self.secret, "CORP_ID": "moongate", "CORP": "c"],
            development: DevelopmentMode(key: Secret("key")))
        #expect(parsed.configuration.providers.map(\.id) == ["dev", "corp", "credentials"])
        #expect(parsed.configuration.secrets.count == 2)
        #expect(parsed.configuration.origin.description == "http://localhost:3000")
    }

    @Test func mistakeInTheTableIsAConfigurationError() async throws {
        await #expect(throws: ConfigurationError.self) {
            _ = try await load("return { url = 'https://example.com', secret = secret 'AUTH_SECRET', sesion = {} }")
        }
    }

    @Test(arguments: [
        ("return {\n  url = ,\n}", 2, "script.syntax"), ("\nlocal x = nil\nreturn x.y", 3, "script.error"),
        ("return {\n  secret = secret(1)\n}", 2, "script.error"),
        ("return {\n  providers = { provider \"dev\" 'x' }\n}", 2, "script.error"),
        ("return {\n  url = os.getenv('X')\n}", 2, "script.error"), ("return { url = http.get }", 1, "script.error"),
    ])
    func fileThatDoesNotRunSaysWhere(text: String, line: Int, code: String) async throws {
        let failure = try await failure(text)
        #expect(failure?.code == code)
        #expect(failure?.line == line)
        #expect(failure?.script == "config.lua")
    }

    @Test(arguments: ["", "return nil", "return 1", "return secret 'AUTH_SECRET'"])
    func fileThatReturnsNoTableIsRefused(text: String) async throws {
        #expect(try await failure(text)?.code == "config.type")
    }

    @Test func providerWithoutItsTableIsRefusedWithItsPlace() async throws {
        let failure = try await failure("return { providers = { provider \"dev\" } }")
        #expect(failure?.code == "value.function")
        #expect(failure?.message.hasPrefix("providers[1]: a function") == true && failure?.line == 1)
    }

    @Test func handleCannotBeForgedOrRead() async throws {
        #expect(try await failure("return { secret = { [\"@secret\"] = \"X\" } }")?.code == "value.key")
        #expect(try await failure("return { url = 'x' .. secret 'AUTH_SECRET' }")?.code == "script.error")
        #expect(try await failure("return { url = (secret 'AUTH_SECRET').value }")?.code == "script.error")
    }

    @Test func endlessFileIsStopped() async throws {
        #expect(try await failure("while true do end")?.code.hasPrefix("script.") == true)
    }

    @Test func missingFileSaysSo() async throws {
        #expect(throws: ScriptSetError.self) { try ConfigFile.read("\(folder.path)/config.lua") }
    }

    @Test func dotEnvCountsOnLoopbackAndNeverOverrides() async throws {
        try folder.write(".env", "AUTH_SECRET=\(Self.secret)\nAUTH_URL=http://localhost:4000\nNAME=from-file\n")
        let text = "return { url = env 'AUTH_URL', secret = secret 'AUTH_SECRET', theme = { name = env 'NAME' } }"
        let parsed = try await load(text, environment: ["NAME": "from-environment"])
        #expect(parsed.configuration.origin.description == "http://localhost:4000")
        #expect(parsed.configuration.theme.name == "from-environment")
    }

    @Test func dotEnvDoesNotCountElsewhere() async throws {
        try folder.write(".env", "NAME=from-file\n")
        let text = "return { url = 'https://a.example', secret = secret 'AUTH_SECRET', theme = { name = env 'NAME' } }"
        let parsed = try await load(text)
        #expect(parsed.configuration.theme.name == nil)
        #expect(parsed.warnings.map(\.code) == ["config.warning"])
    }

    @Test func shippedFileIsRight() async throws {
        let parsed = try await ConfigFile.read("\(packageFolder())/config.lua").load(
            environment: ["AUTH_SECRET": Self.secret], development: DevelopmentMode(key: Secret("key")))
        #expect(parsed.warnings.isEmpty)
        #expect(parsed.configuration.database == "sqlite:moongate.db")
        #expect(parsed.configuration.session.strategy == .jwt)
        #expect(parsed.configuration.providers.map(\.id) == ["dev"])
    }
}
