import Moongate
import MoongateTokens
import Testing

/// `decisions` of the configuration.
@Suite struct DecisionsSettingTests {
    @Test func nothingIsRecordedUnlessItIsAskedFor() throws {
        #expect(try Given.parse().configuration.decisions == DecisionsConfiguration())
        #expect(DecisionsConfiguration().log == nil)
    }

    @Test func allIsRecordedWhereNoShareIsGiven() throws {
        let decisions = try Given.parse(["decisions": ["log": "decisions.jsonl"]]).configuration.decisions
        #expect(decisions.log == "decisions.jsonl" && decisions.allowed == 1 && decisions.denied == 1)
    }

    @Test func sharesArriveWhereTheyBelong() throws {
        let settings: JSONValue = ["log": "-", "allowed": 0.01, "denied": 1]
        let decisions = try Given.parse(["decisions": settings]).configuration.decisions
        #expect(decisions.log == "-" && decisions.allowed == 0.01 && decisions.denied == 1)
    }

    private static let wrong: [(JSONValue, String, String)] = [
        (["log": "a", "alowed": 1], "config.unknownKey", "decisions.alowed"),
        (["log": "a", "allowed": 1.5], "config.value", "decisions.allowed"),
        (["log": "a", "denied": -1], "config.value", "decisions.denied"),
        (["log": "a", "denied": true], "config.type", "decisions.denied"),
        (["log": ""], "config.value", "decisions.log"),
        (["log": "logs/"], "config.value", "decisions.log"),
        (["allowed": 1], "config.missing", "decisions.log"),
        ("decisions.jsonl", "config.type", "decisions"),
    ]

    @Test(arguments: wrong)
    func whatCannotBeIsRefusedWithItsPath(settings: JSONValue, code: String, path: String) {
        let problems = Given.problems(["decisions": settings])
        #expect(problems.map(\.code) == [code] && problems.map(\.path) == [path])
    }

    @Test func misspeltKeyNamesTheNearest() {
        let problems = Given.problems(["decisions": ["log": "a", "alowed": 1]])
        #expect(problems.first?.sentence.contains("`allowed`") == true)
    }
}
