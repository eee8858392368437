import Moongate
import MoongateTokens
import Testing

@Suite struct ConfigurationSiteTests {
    @Test(arguments: ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080", "https://example.com/"])
    func loopbackMayBeHTTP(url: String) throws {
        _ = try Given.parse(["url": .string(url)])
    }

    @Test func environmentGivesTheURL() throws {
        let environment = Given.environment.merging(["AUTH_URL": "https://env.example"]) { $1 }
        let configuration = try Given.parse(["url": nil], environment: environment).configuration
        #expect(configuration.origin.description == "https://env.example")
    }

    @Test func missingURLSaysHowToSetIt() {
        let problem = Given.problems(["url": nil]).first
        #expect(problem?.code == "config.missing")
        #expect(problem?.sentence.contains("AUTH_URL") == true)
    }

    @Test func pathOfTheURLIsTheBasePath() throws {
        #expect(try Given.parse(["url": "https://example.com/api/auth/"]).configuration.basePath == "/api/auth")
    }

    @Test func basePathWinsOverThePathOfTheURL() throws {
        let parsed = try Given.parse(["url": "https://example.com/api/auth", "basePath": "/auth"])
        #expect(parsed.configuration.basePath == "/auth")
        #expect(parsed.warnings.map(\.path) == ["url"])
    }

    @Test func databaseStrategyIsTheDefaultWhereADatabaseLasts() throws {
        #expect(try Given.parse(["database": "sqlite:a.db"]).configuration.session.strategy == .database)
        #expect(try Given.parse(["database": "memory:"]).configuration.session.strategy == .jwt)
    }

    @Test func databaseStrategyNeedsADatabase() {
        #expect(Given.problems(["session": ["strategy": "database"]]).map(\.code) == ["config.conflict"])
    }

    @Test func developmentModeNeedsALoopbackAddress() throws {
        let mode = DevelopmentMode(key: Secret("key"))
        #expect(Given.problems(["url": "https://example.com"], development: mode).map(\.path) == ["url"])
        #expect(try Given.parse(["url": "http://localhost"], development: mode).configuration.development != nil)
    }
}
