import MoongateTokens
import Testing

@testable import MoongateRuntime

@Suite struct SecretsChangeTests {
    private func change(_ before: [String], _ after: [String]) -> SecretsChange? {
        SecretsChange(from: before.map { Secret($0) }, to: after.map { Secret($0) })
    }

    @Test func theSameListIsNone() { #expect(change(["a", "b"], ["a", "b"]) == nil) }

    @Test func aNewOneInFrontOfTheOldSignsNobodyOut() throws {
        let made = try #require(change(["a"], ["b", "a"]))
        #expect(!made.signsOut && made.opensMore && made.afterReload == nil)
    }

    @Test func takingTheOldOneOutSignsNobodyOutWhoHasTheNew() throws {
        let made = try #require(change(["b", "a"], ["b"]))
        #expect(!made.signsOut && !made.opensMore && made.afterReload == nil && made.afterRollback == nil)
    }

    @Test func oneInThePlaceOfAnotherSignsEverybodyOut() throws {
        let made = try #require(change(["a"], ["b"]))
        #expect(made.signsOut && made.afterReload != nil)
        #expect(made.afterRollback?.contains("taken out") == true)
    }
}
