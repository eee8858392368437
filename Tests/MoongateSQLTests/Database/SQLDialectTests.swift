import Testing

@testable import MoongateSQL

@Suite struct SQLDialectTests {
    private let common = #"SELECT "userId" FROM a WHERE b = ? AND c = ?"#

    @Test func sqliteTakesTheCommonFormAsItIs() { #expect(SQLDialect.sqlite.spelled(common) == common) }

    @Test func placeholdersAreNumberedInOrder() {
        let spelled = SQLDialect(placeholder: .numbered, quote: "\"").spelled(common)
        #expect(spelled == #"SELECT "userId" FROM a WHERE b = $1 AND c = $2"#)
    }

    @Test func namesTakeTheDialectsQuotes() {
        let spelled = SQLDialect(placeholder: .questionMark, quote: "`").spelled(common)
        #expect(spelled == "SELECT `userId` FROM a WHERE b = ? AND c = ?")
    }

    @Test func noStatementHoldsALiteral() {
        let all: [Any] = [IdentityStatements(.sqlite), KeyValueStatements(.sqlite)]
        let statements = all.flatMap { Mirror(reflecting: $0).children.compactMap { $0.value as? String } }
        #expect(statements.count == 19 + 8)
        #expect(statements.allSatisfy { !$0.contains("'") })
    }
}
