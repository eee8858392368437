import Moongate
import MoongateTokens
import Testing

/// Shared by the configuration's suites: a table that is accepted as it is, and how one is parsed.
enum Given {
    static let secret = String(repeating: "s", count: 32)
    static let environment = ["AUTH_SECRET": secret]
    static let plain: [String: JSONValue] = ["url": "https://example.com", "secret": ["@secret": "AUTH_SECRET"]]

    static func parse(
        _ changes: [String: JSONValue] = [:], environment: [String: String] = environment,
        development: DevelopmentMode? = nil, developmentSecret: Secret? = nil
    ) throws -> ParsedConfiguration {
        let parser = ConfigurationParser(
            secrets: DictionarySecretSource(environment), development: development,
            developmentSecret: developmentSecret)
        return try parser.parse(.object(plain.merging(changes) { $1 }))
    }

    /// The problems of a table that must be refused; empty (and a failed test) when it is accepted.
    static func problems(
        _ changes: [String: JSONValue], environment: [String: String] = environment, development: DevelopmentMode? = nil
    ) -> [ConfigurationProblem] {
        do {
            _ = try parse(changes, environment: environment, development: development)
            Issue.record("accepted")
            return []
        } catch let error as ConfigurationError {
            return error.problems
        } catch {
            Issue.record(error)
            return []
        }
    }
}

@Suite struct ConfigurationParserTests {
    @Test func smallestTableHasAuthJSDefaults() throws {
        let configuration = try Given.parse().configuration
        #expect(configuration.origin.description == "https://example.com")
        #expect(configuration.basePath == "/auth")
        #expect(configuration.session.strategy == .jwt)
        #expect(configuration.session.maxAge == 2_592_000)
        #expect(configuration.session.updateAge == 86_400)
        #expect(configuration.database == nil)
        #expect(configuration.watchesFiles)
        #expect(configuration.scriptLimits.steps == 1_000_000)
        #expect(configuration.usesSecureCookies)
    }

    @Test func everyKeyArrivesWhereItBelongs() throws {
        let parsed = try Given.parse([
            "basePath": "/api/auth", "database": "sqlite:site.db", "redirects": ["https://app.example.com"],
            "session": ["strategy": "jwt", "maxAge": 60, "updateAge": 0, "storedAs": "plain"],
            "jwt": ["format": "encrypted", "reissue": "always"], "trustedProxies": ["10.0.0.0/8", "fd00::/8"],
            "pages": ["signIn": "/in", "error": "https://example.com/oops"],
            "theme": ["colorScheme": "dark", "brandColor": "#346df1", "buttonText": "#fff", "name": "Site"],
            "limits": ["script": ["steps": 5000, "cpuMs": 5, "wallMs": 100, "memoryMB": 8, "resultKB": 16]],
            "reload": ["watch": false, "specs": false], "plugins": [], "scripts": [:], "cookies": [:],
        ])
        let configuration = parsed.configuration
        #expect(parsed.warnings.isEmpty)
        #expect(configuration.basePath == "/api/auth")
        #expect(configuration.database == "sqlite:site.db")
        #expect(configuration.redirects == [Origin("https://app.example.com")])
        #expect(configuration.session.strategy == .jwt)
        #expect(configuration.session.maxAge == 60)
        #expect(configuration.session.updateAge == 0)
        #expect(configuration.session.storesPlainTokens)
        #expect(configuration.session.alwaysReissues)
        #expect(configuration.trustedProxies == [NetworkRange("10.0.0.0/8"), NetworkRange("fd00::/8")])
        #expect(configuration.pages.signIn == "/in")
        #expect(configuration.pages.error == "https://example.com/oops")
        #expect(configuration.theme.colorScheme == .dark)
        #expect(configuration.theme.brandColor == "#346df1")
        #expect(configuration.theme.buttonText == "#fff")
        #expect(configuration.theme.name == "Site")
        #expect(configuration.scriptLimits.steps == 5000)
        #expect(configuration.scriptLimits.resultKB == 16)
        #expect(!configuration.watchesFiles)
        #expect(!configuration.runsSpecs)
    }

    @Test func everyMistakeIsReportedAtOnce() {
        let problems = Given.problems([
            "sesion": [:], "session": ["maxAge": "2d"], "theme": ["brandColor": "red"], "basePath": "auth/",
        ])
        #expect(problems.map(\.path).sorted() == ["basePath", "sesion", "session.maxAge", "theme.brandColor"])
    }

    @Test(arguments: [
        ("provider", "providers"), ("sesion", "session"), ("base_path", "basePath"),
    ])
    func unknownKeyNamesTheNearest(written: String, meant: String) {
        let problems = Given.problems([written: [:]])
        #expect(problems.map(\.code) == ["config.unknownKey"])
        #expect(problems.first?.path == written)
        #expect(problems.first?.sentence.contains("`\(meant)`") == true)
    }

    @Test func wrongTypeNamesPathAndBothTypes() {
        let problems = Given.problems(["session": ["maxAge": "2d"]])
        #expect(problems.first?.description == "session.maxAge: expected a whole number, got a string")
        #expect(problems.first?.code == "config.type")
    }

    @Test(
        arguments: [
            ["upstream": "http://127.0.0.1:8080"], ["jwt": ["format": "signed"]],
            ["cookies": ["sessionToken": ["name": "x"]]], ["providers": [["@provider": ["github", [:]]]]],
            ["providers": [["@provider": ["email", [:]]]]], ["providers": [["id": "x", "type": "oauth"]]],
            ["database": "postgres://db/site"],
            ["pages": ["verifyRequest": "/v"]], ["theme": ["logo": "/l.png"]],
        ] as [[String: JSONValue]])
    func keyThatIsNotBuiltYetIsRefusedByName(changes: [String: JSONValue]) {
        let problems = Given.problems(changes)
        #expect(problems.map(\.code) == ["config.unavailable"])
        #expect(problems.first?.sentence.hasSuffix("is not available in this version") == true)
    }

    @Test(
        arguments: [
            ["url": "http://example.com"], ["url": "ftp://example.com"], ["url": "https://user@example.com"],
            ["url": "https://example.com/?a=1"], ["url": ""], ["url": 1], ["basePath": "/"], ["basePath": "/a/../b"],
            ["basePath": "/a//b"], ["basePath": "/a?"], ["redirects": ["http://app.example.com"]],
            ["redirects": ["https://app.example.com/path"]], ["redirects": "https://app.example.com"],
            ["trustedProxies": ["10.0.0.0"]], ["trustedProxies": ["10.0.0.0/33"]], ["trustedProxies": ["fd00::/129"]],
            ["trustedProxies": ["example.com/8"]], ["session": ["strategy": "cookie"]], ["session": ["maxAge": 0]],
            ["session": ["maxAge": 1.5]], ["session": ["storedAs": "open"]], ["jwt": ["reissue": "never"]],
            ["database": "moongate.db"], ["database": "sqlite:"], ["pages": ["signIn": "//evil.example"]],
            ["pages": ["signIn": "javascript:alert(1)"]], ["pages": ["signIn": "/\\evil.example"]],
            ["pages": ["signIn": "/auth/signin"]], ["pages": ["signOut": "https://example.com/auth/./signout/?a"]],
            ["pages": ["error": "/auth/error"]], ["pages": ["signIn": "/login#form"]],
            ["theme": ["brandColor": "#ff"]], ["theme": ["brandColor": "#ggg"]], ["theme": ["colorScheme": "sepia"]],
            ["theme": ["buttonText": "red;}"]], ["theme": ["name": "a\nb"]], ["limits": ["script": ["steps": -1]]],
            ["limits": ["scripts": [:]]], ["reload": ["watch": "yes"]], ["providers": "dev"], ["providers": [1]],
        ] as [[String: JSONValue]])
    func unusableValueIsRefused(changes: [String: JSONValue]) {
        #expect(Given.problems(changes).count == 1)
    }

    @Test(
        arguments: [
            ["signIn": "/auth/error", "error": "/auth/signin"], ["error": "https://example.com/auth/x/../error"],
        ] as [[String: JSONValue]])
    func pagesThatLeadToEachOtherAreRefused(pages: [String: JSONValue]) {
        #expect(Set(Given.problems(["pages": .object(pages)]).map(\.path)) == Set(pages.keys.map { "pages.\($0)" }))
    }

    @Test(
        arguments: [
            ["signIn": "https://login.example.org/auth/signin"], ["error": "/auth/signin"],
            ["signIn": "/in", "error": "/auth/signin"],
        ] as [[String: JSONValue]])
    func pagesThatLeadOnwardAreAccepted(pages: [String: JSONValue]) throws {
        #expect(try Given.parse(["pages": .object(pages)]).configuration.pages.error == pages["error"]?.stringValue)
    }

    @Test func documentThatIsNoTableIsRefused() {
        #expect(throws: ConfigurationError.self) {
            try ConfigurationParser(secrets: DictionarySecretSource()).parse(["a"])
        }
    }
}
