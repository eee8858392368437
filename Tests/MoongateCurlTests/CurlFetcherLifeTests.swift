import Moongate
import Testing

@testable import MoongateCurl

@Suite(.timeLimit(.minutes(1))) struct CurlFetcherLifeTests {
    private func silentServer() throws -> (LoopbackServer, AsyncStream<Void>) {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { exchange in
            arrived.yield()
            exchange.waitForClose()
            return false
        }
        return (server, arrivals)
    }

    private func request(_ server: LoopbackServer) -> FetchRequest {
        FetchRequest(url: server.url("/"), timeout: .seconds(30), allowsPrivateAddresses: true)
    }

    @Test func cancelledTaskEndsTheExchange() async throws {
        let fetcher = try CurlFetcher()
        let (server, arrivals) = try silentServer()
        let task = Task { try await fetcher.fetch(request(server)) }
        for await _ in arrivals { break }
        task.cancel()
        await #expect(throws: FetchError(.cancelled, "")) { try await task.value }
    }

    @Test func taskCancelledBeforehandSendsNothing() async throws {
        let fetcher = try CurlFetcher()
        let (server, _) = try silentServer()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await fetcher.fetch(request(server))
        }
        await #expect(throws: FetchError(.cancelled, "")) { try await task.value }
        #expect(server.connections == 0)
    }

    @Test func shutdownFailsWhatIsUnderWayAndWhatComesLater() async throws {
        let fetcher = try CurlFetcher()
        let (server, arrivals) = try silentServer()
        let task = Task { try await fetcher.fetch(request(server)) }
        for await _ in arrivals { break }
        fetcher.shutdown()
        await #expect(throws: FetchError(.shutdown, "")) { try await task.value }
        await #expect(throws: FetchError(.shutdown, "")) { try await fetcher.fetch(request(server)) }
        fetcher.shutdown()
    }

    @Test func requestsBeyondTheLimitWaitAndAreServed() async throws {
        let fetcher = try CurlFetcher(configuration: .init(maximumConcurrent: 2))
        let server = try LoopbackServer { exchange in
            exchange.answer("ok"); return true
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await fetcher.fetch(request(server)) } }
            try await group.waitForAll()
        }
        #expect(server.connections <= 2)
    }

    @Test func requestThatWaitsTooLongIsATimeout() async throws {
        let fetcher = try CurlFetcher(configuration: .init(maximumConcurrent: 1))
        let (server, arrivals) = try silentServer()
        let holder = Task { try await fetcher.fetch(request(server)) }
        for await _ in arrivals { break }
        var short = request(server)
        short.timeout = .milliseconds(60)
        await #expect(throws: FetchError(.timeout, "")) { try await fetcher.fetch(short) }
        holder.cancel()
        _ = try? await holder.value
    }

    @Test func brokenExchangesLeaveNoConnectionBehind() async throws {
        let fetcher = try CurlFetcher()
        let server = try LoopbackServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            return false
        }
        for _ in 0..<300 { _ = try? await fetcher.fetch(request(server)) }
        #expect(server.connections == 300)
        #expect(server.ended >= 299)
    }
}

@Suite(.timeLimit(.minutes(1))) struct FetchLaneTests {
    @Test func laneThatWaitsLeavesHalfOfThePlacesToOthers() async throws {
        let server = try LoopbackServer { exchange in
            if exchange.head.contains("/hang") { exchange.waitForClose() } else { exchange.answer("ok") }
            return true
        }
        defer { server.stop() }
        let fetcher = try CurlFetcher(configuration: CurlFetcher.Configuration(maximumConcurrent: 4))
        var hanging = FetchRequest(url: server.url("/hang"), timeout: .seconds(30), allowsPrivateAddresses: true)
        hanging.lane = "one"
        let request = hanging
        let crowd = (0..<10).map { _ in Task { try? await fetcher.fetch(request) } }
        while server.connections < 2 { await Task.yield() }
        var other = FetchRequest(url: server.url("/"), timeout: .seconds(20), allowsPrivateAddresses: true)
        other.lane = "two"
        #expect(try await fetcher.fetch(other).body == Array("ok".utf8))
        #expect(server.connections == 3)
        for task in crowd { task.cancel() }
        for task in crowd { _ = await task.value }
        other.lane = "one"
        #expect(try await fetcher.fetch(other).body == Array("ok".utf8))
    }
}
