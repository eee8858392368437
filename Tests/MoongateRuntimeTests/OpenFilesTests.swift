import Testing

@testable import MoongateRuntime

@Suite struct OpenFilesTests {
    @Test(arguments: [64, 256, 1_024, 20_000, 65_536, 1_000_000])
    func sharesTogetherLeaveTheReserve(limit: Int) {
        let shares = OpenFiles.Shares(of: limit)
        #expect(shares.scripts >= 32 && shares.connections >= 16)
        if limit >= 256 { #expect(shares.scripts + shares.connections + OpenFiles.reserve <= limit) }
        #expect(shares.scripts <= 4_096)
    }

    @Test func limitIsNeverLowered() {
        let before = OpenFiles.forConnections
        OpenFiles.raiseLimit()
        #expect(OpenFiles.forConnections >= before)
    }
}
