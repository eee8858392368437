import Moongate
import MoongateTokens
import Testing

@Suite struct ConfigurationSecretsTests {
    private func bytes(_ parsed: ParsedConfiguration) -> [String] {
        parsed.configuration.secrets.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func missingSecretSaysHowToMakeOne() {
        for changes: [String: JSONValue] in [["secret": nil], ["secret": ["@secret": "AUTH_SECRET"]], ["secret": []]] {
            let problems = Given.problems(changes, environment: [:])
            #expect(problems.map(\.code) == ["config.secret"])
            #expect(problems.first?.sentence.contains("`moongate secret` makes one") == true)
        }
    }

    @Test func listKeepsItsOrder() throws {
        let environment = ["NEW": String(repeating: "n", count: 32), "OLD": String(repeating: "o", count: 32)]
        let parsed = try Given.parse(["secret": [["@secret": "NEW"], ["@secret": "OLD"]]], environment: environment)
        #expect(bytes(parsed) == [environment["NEW"], environment["OLD"]])
    }

    @Test func environmentGivesNumberedSecretsInAuthJSOrder() throws {
        let names = ["AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, String(repeating: "-", count: 32) + $0) })
        let parsed = try Given.parse(["secret": nil], environment: environment)
        #expect(bytes(parsed) == names.reversed().map { environment[$0] })
    }

    @Test func shortSecretIsRefused() {
        let problems = Given.problems([:], environment: ["AUTH_SECRET": "short"])
        #expect(problems.map(\.code) == ["config.secret"])
        #expect(problems.first?.sentence.contains("allowShortSecret") == true)
    }

    @Test(arguments: [["url": "http://localhost:3000"], ["allowShortSecret": true]] as [[String: JSONValue]])
    func shortSecretIsAWarningWhereItIsAllowed(changes: [String: JSONValue]) throws {
        let parsed = try Given.parse(changes, environment: ["AUTH_SECRET": "short"])
        #expect(bytes(parsed) == ["short"])
        #expect(parsed.warnings.map(\.path) == ["secret"])
    }

    @Test func plainTextSecretIsTakenWithAWarning() throws {
        let parsed = try Given.parse(["secret": .string(Given.secret)], environment: [:])
        #expect(parsed.warnings.count == 1)
        #expect(parsed.configuration.secrets.count == 1)
    }

    @Test func developmentSecretStandsInForAMissingOne() throws {
        let own = Secret(Given.secret)
        let parsed = try Given.parse(
            ["url": "http://localhost"], environment: [:], development: DevelopmentMode(key: Secret("key")),
            developmentSecret: own)
        #expect(bytes(parsed) == [Given.secret])
    }

    @Test func developmentSecretIsNotUsedOutsideDevelopment() {
        #expect(throws: ConfigurationError.self) {
            try Given.parse(environment: [:], developmentSecret: Secret(Given.secret))
        }
    }

    @Test(arguments: ["hunter2-hunter2", "topsecret-value"])
    func noProblemRepeatsASecretsValue(value: String) {
        let problems = Given.problems(
            [
                "secret": .string(value), "session": .string(value), "providers": [.string(value)],
                "theme": [.string(value)],
            ],
            environment: [:])
        #expect(problems.count == 4)
        #expect(!problems.map(\.description).joined().contains(value))
    }

    @Test func secretWhereAStringIsExpectedIsRefused() {
        let problems = Given.problems(["basePath": ["@secret": "AUTH_SECRET"]])
        #expect(problems.first?.sentence == "expected a string, got a secret")
    }
}
