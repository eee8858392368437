import Testing

@testable import MoongateCurl

@Suite struct NameLookupsTests {
    private let lookups = NameLookups()
    private let now = ContinuousClock.now

    private func target(_ host: String, port: Int = 80) throws -> FetchTarget {
        try FetchTarget("http://\(host):\(port)/")
    }

    @Test func thirdQuestionForOneNameWaits() throws {
        let target = try target("hr.internal")
        for _ in 0..<2 {
            #expect(lookups.admits(target, at: now))
            #expect(lookups.begin(target, at: now))
        }
        #expect(!lookups.admits(target, at: now))
        #expect(lookups.admits(try self.target("other.internal"), at: now))
        #expect(lookups.admits(try self.target("hr.internal", port: 81), at: now))
    }

    @Test func answerLetsEverybodyThroughForAWhile() throws {
        let target = try target("hr.internal")
        _ = lookups.begin(target, at: now)
        lookups.found(target, at: now)
        for _ in 0..<100 {
            #expect(lookups.admits(target, at: now))
            #expect(!lookups.begin(target, at: now))
        }
        let later = now + .seconds(51)
        #expect(lookups.begin(target, at: later) && lookups.begin(target, at: later))
        #expect(!lookups.admits(target, at: later))
    }

    @Test func questionThatFailsMakesRoomForTheNext() throws {
        let target = try target("hr.internal")
        _ = lookups.begin(target, at: now)
        _ = lookups.begin(target, at: now)
        lookups.gaveUp(target)
        #expect(lookups.admits(target, at: now))
    }

    @Test(arguments: ["127.0.0.1", "[::1]", "2130706433"])
    func addressesNeedNoLookup(host: String) throws {
        let target = try target(host)
        for _ in 0..<10 {
            #expect(lookups.admits(target, at: now))
            #expect(!lookups.begin(target, at: now))
        }
    }
}
