import Moongate
import MoongateLua
import MoongateTokens
import Testing

@Suite struct EnvironmentSecretSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ secret: Secret?) -> String? { secret.map { String(decoding: $0.bytes, as: UTF8.self) } }

    @Test func environmentComesBeforeFileBeforeCredentials() throws {
        let file = try folder.write("own", "of-file\n")
        try folder.write("S", "of-credentials\n")
        var environment = ["S": "of-environment", "S_FILE": file, "CREDENTIALS_DIRECTORY": folder.path]
        #expect(text(try EnvironmentSecretSource(environment: environment).secret("S")) == "of-environment")
        environment["S"] = ""
        #expect(text(try EnvironmentSecretSource(environment: environment).secret("S")) == "of-file")
        environment["S_FILE"] = nil
        #expect(text(try EnvironmentSecretSource(environment: environment).secret("S")) == "of-credentials")
        environment["CREDENTIALS_DIRECTORY"] = nil
        #expect(try EnvironmentSecretSource(environment: environment).secret("S") == nil)
    }

    @Test func oneLineEndIsTakenOff() throws {
        let file = try folder.write("own", " a b \r\n")
        #expect(text(try EnvironmentSecretSource(environment: ["S_FILE": file]).secret("S")) == " a b ")
    }

    @Test func namedFileThatIsNotThereIsAnError() {
        let source = EnvironmentSecretSource(environment: ["S_FILE": "\(folder.path)/none"])
        #expect(throws: SecretSourceError.self) { try source.secret("S") }
    }

    @Test func emptyFileIsAnErrorThatNamesIt() throws {
        let file = try folder.write("S", "\n")
        for environment in [["S_FILE": file], ["CREDENTIALS_DIRECTORY": folder.path]] {
            let source = EnvironmentSecretSource(environment: environment, dotEnv: ["S": "of-dot-env"])
            let error = #expect(throws: SecretSourceError.self) { try source.secret("S") }
            #expect(error.map { "\($0)" } == "the file \(file) is empty")
        }
    }

    @Test func nameCannotLeaveTheCredentialsDirectory() throws {
        let source = EnvironmentSecretSource(environment: ["CREDENTIALS_DIRECTORY": folder.path])
        #expect(try source.secret("../../etc/hostname") == nil)
    }

    @Test func dotEnvIsReadAsWritten() async throws {
        try folder.write(
            ".env",
            """
            # comment
            export NAME = "a # b"
            AUTH_SECRET='\(String(repeating: "x", count: 32))' # trailing
            PLAIN=a;b # trailing
            no variable
            1BAD=x
            """)
        let config = try folder.write(
            "config.lua",
            """
            return { url = "http://localhost", secret = secret "AUTH_SECRET", pages = { signIn = "/" .. env "PLAIN" },
              theme = { name = env "NAME" } }
            """)
        let parsed = try await ConfigFile.read(config).load(environment: [:])
        #expect(parsed.configuration.theme.name == "a # b")
        #expect(parsed.configuration.pages.signIn == "/a;b")
        #expect(parsed.configuration.secrets.first?.count == 32)
    }
}
