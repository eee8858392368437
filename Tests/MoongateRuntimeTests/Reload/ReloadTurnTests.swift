import Testing

@testable import MoongateRuntime

@Suite struct ReloadTurnTests {
    @Test func oneReloadsAtATime() {
        var turn = ReloadTurn.idle
        let answers = [turn.take(), turn.take()]
        #expect(answers == [true, false])
    }

    @Test func whoComesMeanwhileHasItDoneOnceMore() {
        var turn = ReloadTurn.idle
        for _ in 0..<3 { _ = turn.take() }
        let answers = [turn.again(), turn.again()]
        #expect(answers == [true, false])
    }

    @Test func afterwardsTheTurnIsFree() {
        var turn = ReloadTurn.idle
        _ = turn.take()
        let answers = [turn.again(), turn.take()]
        #expect(answers == [false, true])
    }
}
