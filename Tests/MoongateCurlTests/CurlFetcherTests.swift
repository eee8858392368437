import Foundation
import HTTPTypes
import Moongate
import Testing

@testable import MoongateCurl

@Suite(.timeLimit(.minutes(1))) struct CurlFetcherTests {
    private let fetcher: CurlFetcher

    init() throws { fetcher = try CurlFetcher() }

    private func request(_ server: LoopbackServer, _ path: String = "/") -> FetchRequest {
        FetchRequest(url: server.url(path), timeout: .seconds(20), allowsPrivateAddresses: true)
    }

    private func failure(_ request: FetchRequest) async -> FetchError.Code? {
        do {
            _ = try await fetcher.fetch(request)
            return nil
        } catch {
            return (error as? FetchError)?.code
        }
    }

    #if os(Linux)
        /// libcurl puts back what it found when it ends connections; the default would end the process.
        @Test func brokenPipesEndNoProcessThatFetches() throws {
            try CurlFetcher().shutdown()
            #expect(!BrokenPipes.hasDefault())
        }

        /// With a signal that nothing else here uses: any server in these tests has ignored the real one.
        @Test func signalIsIgnoredOnlyWhereNobodyHasSaidWhatItShouldDo() {
            defer { signal(SIGUSR2, SIG_DFL) }
            #expect(BrokenPipes.hasDefault(SIGUSR2))
            BrokenPipes.ignore(SIGUSR2)
            #expect(!BrokenPipes.hasDefault(SIGUSR2))
            let handler: @convention(c) (CInt) -> Void = { _ in }
            signal(SIGUSR2, handler)
            BrokenPipes.ignore(SIGUSR2)
            raise(SIGUSR2)  // ends the process where the handler is gone for the default
            let before = signal(SIGUSR2, SIG_DFL)
            #expect(unsafeBitCast(before, to: Int.self) == unsafeBitCast(handler, to: Int.self))
        }

        /// OpenSSL writes to connections that are gone, and whoever embeds us may have a handler for the signal.
        @Test func theThreadOfRequestsIsNotEndedByABrokenPipe() throws {
            let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
            let blocked = tasks.compactMap { task in
                (try? String(contentsOfFile: "/proc/self/task/\(task)/status", encoding: .utf8))?.split(separator: "\n")
                    .first { $0.hasPrefix("SigBlk:") }.flatMap { UInt64($0.split(separator: "\t")[1], radix: 16) }
            }
            #expect(blocked.contains { $0 & (1 << UInt64(SIGPIPE - 1)) != 0 })
        }
    #endif

    @Test func answerComesWholeWithStatusAndHeaders() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer(status: "403 Forbidden", headers: "X-A:  one \r\nx-a: two\r\n", "hello")
            return true
        }
        let answer = try await fetcher.fetch(request(server))
        #expect(answer.status == 403)
        #expect(answer.body == Array("hello".utf8))
        let name = try #require(HTTPField.Name("X-A"))
        #expect(answer.headers[values: name] == ["one", "two"])
    }

    @Test func methodHeadersAndBodyArriveAsGiven() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer(exchange.head + "|" + String(decoding: exchange.body, as: UTF8.self))
            return true
        }
        var post = request(server, "/token?x=1")
        post.method = .post
        post.headers[.contentType] = "application/x-www-form-urlencoded"
        post.headers[.authorization] = "Basic abc"
        post.headers[.acceptEncoding] = "gzip"
        post.body = Array("a=1\0&b=2".utf8)
        let text = String(decoding: try await fetcher.fetch(post).body, as: UTF8.self)
        #expect(text.hasPrefix("POST /token?x=1 HTTP/1.1\r\n"))
        #expect(text.hasSuffix("|a=1\0&b=2"))
        #expect(text.contains("User-Agent: moongate\r\n") && text.contains("Authorization: Basic abc\r\n"))
        #expect(!text.lowercased().contains("accept-encoding") && !text.contains("Expect:"))
    }

    @Test func redirectsAreAnswersAndNotFollowed() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer(status: "302 Found", headers: "Location: /elsewhere\r\n", "")
            return true
        }
        let answer = try await fetcher.fetch(request(server))
        #expect(answer.status == 302 && answer.headers[.location] == "/elsewhere")
    }

    @Test func connectionsAreReused() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer("ok"); return true
        }
        for _ in 0..<5 { _ = try await fetcher.fetch(request(server)) }
        #expect(server.connections == 1)
    }

    @Test func twoHundredRequestsAtOnceAllGetTheirOwnAnswer() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer(String(exchange.head.split(separator: " ")[1])); return true
        }
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let answer = try await fetcher.fetch(request(server, "/\(number)"))
                    return answer.body == Array("/\(number)".utf8)
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 200)
    }

    @Test func bodyOfExactlyTheLimitIsTakenAndOneMoreByteIsNot() async throws {
        let server = try LoopbackServer { exchange in
            exchange.answer("0123456789"); return true
        }
        var limited = request(server)
        limited.maximumBytes = 10
        #expect(try await fetcher.fetch(limited).body.count == 10)
        limited.maximumBytes = 9
        #expect(await failure(limited) == .tooLarge)
    }

    @Test func endlessChunksEndAtTheLimit() async throws {
        let server = try LoopbackServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("1000\r\n".utf8) + [UInt8](repeating: 65, count: 4_096) + Array("\r\n".utf8)
            while exchange.send(chunk) {}
            return false
        }
        #expect(await failure(request(server)) == .tooLarge)
    }

    @Test func hundredFieldsAreTakenAndOneMoreIsNot() async throws {
        let server = try LoopbackServer { exchange in
            let count = exchange.head.hasPrefix("GET /99 ") ? 99 : 100  // beside Content-Length
            exchange.answer(headers: (0..<count).map { "X-\($0): v\r\n" }.joined(), "")
            return true
        }
        #expect(try await fetcher.fetch(request(server, "/99")).headers.count == 100)
        #expect(await failure(request(server, "/100")) == .tooLarge)
    }

    @Test func headOfMoreThan64KiBIsRefused() async throws {
        let server = try LoopbackServer { exchange in
            let value = String(repeating: "a", count: 20_000)
            exchange.answer(headers: (0..<4).map { "X-\($0): \(value)\r\n" }.joined(), "")
            return true
        }
        #expect(await failure(request(server)) == .tooLarge)
    }

    @Test func endlessInterimAnswersAreRefused() async throws {
        let server = try LoopbackServer { exchange in
            while exchange.send(Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)) {}
            return false
        }
        #expect(await failure(request(server)) == .tooLarge)
    }

    @Test func answerThatNeverComesIsATimeout() async throws {
        let server = try LoopbackServer { exchange in
            exchange.waitForClose(); return false
        }
        var short = request(server)
        short.timeout = .milliseconds(100)
        #expect(await failure(short) == .timeout)
    }

    @Test func dripOfBytesEndsAtTheTimeout() async throws {
        let server = try LoopbackServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            exchange.send("x")
            exchange.waitForClose()
            return false
        }
        var short = request(server)
        short.timeout = .milliseconds(100)
        #expect(await failure(short) == .timeout)
    }

    @Test func resetAndEarlyCloseAreUnreachable() async throws {
        let server = try LoopbackServer { exchange in
            if exchange.head.hasPrefix("GET /reset") {
                exchange.reset()
            } else {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            }
            return false
        }
        #expect(await failure(request(server, "/reset")) == .unreachable)
        #expect(await failure(request(server, "/half")) == .unreachable)
    }

    @Test func answerThatIsNotHTTPIsRefused() async throws {
        let server = try LoopbackServer { exchange in
            exchange.send("SSH-2.0-x\r\n"); return false
        }
        #expect(await failure(request(server)) == .unreachable)
    }
}
