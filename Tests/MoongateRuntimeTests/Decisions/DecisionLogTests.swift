import Foundation
import Logging
import Moongate
import Synchronization
import Testing

@testable import MoongateRuntime

/// The file that decisions are written to.
@Suite struct DecisionLogTests {
    private let folder: ReloadFolder

    init() throws {
        folder = try ReloadFolder(jwt: nil)
        try folder.write(
            "scripts/rules.lua",
            """
            return { routes = { { id = "open", path = "/open", public = true }, { id = "in", path = "/in", login = true } } }
            """)
        try configure("log = 'decisions.jsonl'")
    }

    private func configure(_ decisions: String) throws {
        try folder.write(
            "config.lua",
            """
            return { url = 'https://example.com', secret = string.rep('s', 32), reload = { specs = false },
              decisions = { \(decisions) } }
            """)
    }

    private func load() async throws -> MoongateService {
        try await MoongateService.load(
            folder.configPath, logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
    }

    private func ask(_ site: MoongateService, _ target: String) async -> Decision {
        await site.engine.decide(AuthRequest(target: target, authority: "example.com"))
    }

    private func lines(_ name: String = "decisions.jsonl") throws -> [JSONValue] {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
    }

    @Test func eachDecisionIsALineWithTimeAndRequestId() async throws {
        let site = try await load()
        #expect(await ask(site, "/open").isAllowed)
        #expect(await !ask(site, "/in").isAllowed)
        site.decisions.close()
        let lines = try lines()
        #expect(lines.map { $0["decision"]?["verdict"] } == ["allow", "login"])
        #expect(lines.allSatisfy { $0["time"]?.stringValue?.hasSuffix("Z") == true })
        #expect(Set(lines.map { $0["requestId"] }).count == 2)
        #expect(lines.allSatisfy { $0["generation"]?.stringValue == site.engine.generation.id })
    }

    @Test func fileIsForItsOwnerAlone() async throws {
        _ = try await load()
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/decisions.jsonl")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func denialsCanBeFullWhileNothingAllowedIsRecorded() async throws {
        try configure("log = 'decisions.jsonl', allowed = 0")
        let site = try await load()
        for _ in 0..<20 {
            _ = await ask(site, "/open")
            _ = await ask(site, "/in")
        }
        site.decisions.close()
        #expect(try lines().map { $0["decision"]?["verdict"] } == Array(repeating: "login", count: 20))
    }

    @Test func requestThatIsNotCanonicalIsRecordedWithItsReason() async throws {
        let site = try await load()
        _ = await ask(site, "//open")
        site.decisions.close()
        let line = try #require(try lines().first)
        #expect(line["request"] == .null && line["decision"]?["code"] == "request.target")
    }

    @Test func renamedFileIsLeftAtReload() async throws {
        let site = try await load()
        _ = await ask(site, "/open")
        site.decisions.reopen()
        try folder.rename("decisions.jsonl", "decisions.1.jsonl")
        #expect(await site.reload(.signal) == .unchanged)
        _ = await ask(site, "/in")
        site.decisions.close()
        #expect(try lines("decisions.1.jsonl").map { $0["decision"]?["verdict"] } == ["allow"])
        #expect(try lines().map { $0["decision"]?["verdict"] } == ["login"])
    }

    @Test func pathThatCannotBeWrittenIsAStartErrorThatSaysWhy() async throws {
        try configure("log = 'nowhere/decisions.jsonl'")
        do {
            _ = try await load()
            Issue.record("it started")
        } catch let error as SiteError {
            #expect("\(error)".contains("nowhere/decisions.jsonl") && "\(error)".contains("(decisions.log)"))
        }
    }

    @Test func reloadToAPathThatCannotBeWrittenIsRefused() async throws {
        let site = try await load()
        try configure("log = 'nowhere/decisions.jsonl'")
        guard case .refused(let problems) = await site.reload(.command) else {
            Issue.record("it was installed")
            return
        }
        #expect(problems.map(\.code) == ["decisions.log"])
        _ = await ask(site, "/open")
        site.decisions.close()
        #expect(try lines().count == 1)
    }

    @Test func reloadMovesTheLog() async throws {
        let site = try await load()
        _ = await ask(site, "/open")
        try configure("log = 'other.jsonl'")
        #expect(await site.reload(.command).name == "installed")
        _ = await ask(site, "/in")
        site.decisions.close()
        #expect(try lines().count == 1 && lines("other.jsonl").count == 1)
    }

    /// Nobody reads the pipe: what does not fit is dropped, and no request waits.
    @Test func whatCannotBeWrittenIsCountedAndNoRequestWaits() async throws {
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        let reader = open("\(folder.path)/pipe", O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try configure("log = 'pipe'")
        let site = try await load()
        for _ in 0..<2_000 { _ = await ask(site, "/open") }
        site.decisions.close()
        let (logged, dropped) = site.decisions.takeUnreported()
        #expect(dropped > 0 && logged + dropped == 2_000)
    }

    @Test func fullQueueDropsAndTheFileSaysHowMany() async throws {
        let log = DecisionLog(
            directory: folder.path, clock: SystemClock(),
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }, pause: 200_000)
        var settings = DecisionsConfiguration()
        settings.log = "full.jsonl"
        try log.use(settings)
        let entry = try #require(try await Self.entry())
        // The first one starts the writer, which takes what is there and then pauses.
        log.add(entry)
        usleep(50_000)
        for _ in 0..<(DecisionLog.capacity + 7) { log.add(entry) }
        log.close()
        let lines = try lines("full.jsonl")
        #expect(lines.count == DecisionLog.capacity + 2)
        #expect(lines.last?["dropped"] == 7)
        #expect(log.takeUnreported() == (UInt64(DecisionLog.capacity) + 1, 7))
    }

    /// What an engine without rules hands over.
    private static func entry() async throws -> DecisionEntry? {
        let origin = try #require(Origin("https://example.com"))
        var configuration = Configuration(origin: origin, secrets: [Secret(String(repeating: "s", count: 32))])
        configuration.decisions.log = "-"
        let kept = KeptDecisions()
        let engine = Engine(
            try Generation(id: "g", configuration: configuration),
            ports: Ports(store: nil, http: NoNetwork(), decisions: kept))
        _ = await engine.decide(AuthRequest(target: "/", authority: "example.com"))
        return kept.all.withLock(\.first)
    }
}

/// A sink that keeps what it is given.
final class KeptDecisions: DecisionSink {
    let all = Mutex<[DecisionEntry]>([])
    func add(_ entry: DecisionEntry) { all.withLock { $0.append(entry) } }
}

private struct NoNetwork: HTTPFetcher {
    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        throw FetchError(.unreachable, "there is no network in this test")
    }
}
