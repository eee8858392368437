import Moongate
import MoongateCurl
import Testing

@Suite(.timeLimit(.minutes(1))) struct PrivateAddressTests {
    private let fetcher: CurlFetcher
    private let server: LoopbackServer

    init() throws {
        fetcher = try CurlFetcher()
        server = try LoopbackServer { exchange in
            exchange.answer("inside"); return true
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0",
    ])
    func everySpellingOfThisMachineIsRefusedBeforeConnecting(host: String) async throws {
        await #expect(throws: FetchError(.privateAddress, "")) {
            try await fetcher.fetch(FetchRequest(url: server.url("/", host: host)))
        }
        #expect(server.connections == 0)
    }

    @Test func requestThatAllowsItGetsThrough() async throws {
        let answer = try await fetcher.fetch(FetchRequest(url: server.url("/"), allowsPrivateAddresses: true))
        #expect(answer.body == Array("inside".utf8))
    }

    @Test func connectionThatAnotherRequestOpenedIsRefusedToo() async throws {
        _ = try await fetcher.fetch(FetchRequest(url: server.url("/"), allowsPrivateAddresses: true))
        await #expect(throws: FetchError(.privateAddress, "")) {
            try await fetcher.fetch(FetchRequest(url: server.url("/")))
        }
    }

    @Test func errorNamesTheHostAndNotTheQuery() async throws {
        do {
            _ = try await fetcher.fetch(FetchRequest(url: server.url("/path?code=hush")))
            Issue.record("it got through")
        } catch let error as FetchError {
            #expect(error.message.contains("127.0.0.1:\(server.port)"))
            #expect(!error.message.contains("hush") && !error.message.contains("path"))
        }
    }
}
