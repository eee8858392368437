import Testing

@testable import Moongate

@Suite struct SessionLedgerTests {
    private let ledger = SessionLedger()
    private let start = Timestamp(seconds: 1_800_000_000)

    @Test func versionsThatGrowAreGranted() {
        #expect(ledger.claim("s", version: 1, now: start))
        #expect(ledger.claim("s", version: 2, now: start))
        #expect(ledger.claim("s", version: 2, now: start), "two reads of one token may both answer")
    }

    @Test func olderVersionIsNotGrantedAfterANewerOne() {
        #expect(ledger.claim("s", version: 2, now: start))
        #expect(!ledger.claim("s", version: 1, now: start))
        #expect(ledger.claim("s", version: 3, now: start))
    }

    @Test func refusedClaimChangesNothing() {
        _ = ledger.claim("s", version: 5, now: start)
        _ = ledger.claim("s", version: 1, now: start)
        #expect(!ledger.claim("s", version: 4, now: start) && ledger.claim("s", version: 5, now: start))
    }

    @Test func endedSessionIsGrantedNothingHoweverNew() {
        _ = ledger.claim("s", version: 1, now: start)
        ledger.end("s", now: start)
        #expect(ledger.isEnded("s", now: start))
        #expect(!ledger.claim("s", version: .max, now: start))
    }

    @Test func endBeforeAnyClaimCounts() {
        ledger.end("s", now: start)
        #expect(!ledger.claim("s", version: 1, now: start) && ledger.isEnded("s", now: start))
    }

    @Test func claimDoesNotEndAndOtherSessionsGoOn() {
        _ = ledger.claim("s", version: 1, now: start)
        #expect(!ledger.isEnded("s", now: start))
        ledger.end("s", now: start)
        #expect(!ledger.isEnded("t", now: start) && ledger.claim("t", version: 1, now: start))
    }

    @Test func entryIsKeptForItsTimeAndNoLonger() {
        ledger.end("s", now: start)
        let last = start.adding(seconds: SessionLedger.retention)
        #expect(ledger.isEnded("s", now: last))
        #expect(!ledger.isEnded("s", now: last.adding(seconds: 1)))
        #expect(ledger.claim("s", version: 1, now: last.adding(seconds: 1)))
    }

    @Test func refusedClaimKeepsAnEndedSessionDeadLonger() {
        ledger.end("s", now: start)
        #expect(!ledger.claim("s", version: 9, now: start.adding(seconds: 100)))
        #expect(ledger.isEnded("s", now: start.adding(seconds: 200)))
    }

    @Test func thousandsOfSessionsDoNotPushOutAnEndedOne() {
        ledger.end("s", now: start)
        for number in 0..<100_000 { _ = ledger.claim("n\(number)", version: 1, now: start) }
        #expect(ledger.isEnded("s", now: start))
    }

    @Test func extremesDoNotTrap() {
        #expect(ledger.claim("s", version: .max, now: Timestamp(milliseconds: .max)))
        #expect(ledger.claim("t", version: 1, now: Timestamp(milliseconds: .min)))
        #expect(!ledger.claim("t", version: .min, now: Timestamp(milliseconds: .min)))
    }
}
