import Moongate
import Testing

/// Which of several words of a name in a line a problem points at.
@Suite struct ProblemColumnTests {
    @Test(arguments: [
        // A global never follows a dot, and is no name that a `local` or a field has.
        ("p.token.undefd = p.token.undefd or undefd", [36]), ("local undefd = undefd", [16]),
        ("p.token.x = { undefd = undefd }", [24]), ("undefd = undefd", [1, 10]),
        ("local s = 'undefd' .. undefd", [23]),
        // A member follows one.
        ("local inf = log.inf", [17]), ("p.token.inf = log.inf", [19]), ("local x = log['inf']", [15]),
        ("local l = log l.inf('a')", [17]),
        // A name that a text has.
        ("local rolse = require 'rolse'", [23]),
        // A field of the argument.
        ("p.token.sesion = p.sesion", [20]), ("p.token.sesion = p['sesion']", [20]),
    ])
    func problemPointsAtTheWordThatIsUsedSo(line: String, columns: [Int]) throws {
        #expect(try CheckedScript.columns(line) == columns)
    }

    @Test(arguments: [
        ("log.inf('a') log.inf('b')", [5, 18]), ("local a, b = undefd, undefd", [14, 22]),
        ("local a, b = p.sesion, p.sesion", [16, 26]), ("log.inf(log.inf)", [5, 13]),
        ("local f = function() return undefd end f(undefd)", [29, 42]),
        ("local a, b = require 'rolse', require 'rolse'", [22, 39]),
    ])
    func eachUseInALineIsTold(line: String, columns: [Int]) throws {
        #expect(try CheckedScript.columns(line) == columns)
    }

    @Test func returnWithoutAValueIsToldFromOneWithOne() throws {
        let line = "if p.user then return 1 end if p.account then return end if p.profile then return; end"
        #expect(try CheckedScript.columns(line) == [47, 76])
    }

    @Test func manyProblemsInALineTakeNoSquareOfTheirNumber() throws {
        let found = try CheckedScript.columns(String(repeating: "undefd = log.inf ", count: 4000))
        #expect(found.count == 8000)
        #expect(found.last == 17 * 3999 + 14)
    }

    @Test func secretOfTheSameNameAsAVariableIsFoundInItsText() throws {
        var needs = ScriptNeeds()
        needs.secrets = ["B"]
        let found = try CheckedScript.line("local A = secret 'B' A = secret 'A'", needs: needs)
        #expect(found.map { $0.prefix(5) } == ["2:33:"])
    }
}
