import LuaHost
import Moongate
import MoongateCurl
import MoongateTokens
import Testing

@testable import MoongateLua

/// Many scripts that wait at once for a slow service.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTPCrowdTests {
    @Test func twoThousandWaitTogetherAndNotOneAfterTheOther() async throws {
        let server = try AnsweringServer { _ in
            var answer = AnsweringServer.Answer.json("{\"ok\":true}")
            answer.delay = .milliseconds(100)
            return answer
        }
        defer { server.stop() }
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "127.0.0.1", port: server.port)]
        let fetcher = try CurlFetcher(configuration: CurlFetcher.Configuration(maximumConcurrent: 4_096))
        defer { fetcher.shutdown() }
        let bench = try HostBench("return http.get(url, { timeoutMs = 20000 }).json.ok", needs: needs) {
            $0.http = fetcher
        }
        let url = server.url()
        let start = ContinuousClock.now
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<2_000 { group.addTask { try await bench.run(url: url) == true } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let took = ContinuousClock.now - start
        #expect(right == 2_000)
        // One after the other would take 200 s; each has 100 ms to wait.
        #expect(took < .seconds(60))
    }
}
